/** Before the tests with Docker: is there an engine, and is the image that of this checkout? */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'
import { projectFolder } from '../cli.ts'
import { withoutEngine } from './engine.ts'

const BUILD_MS = 600_000

export async function setup(project: TestProject): Promise<() => void> {
  const reason = (await withoutEngine()) ?? (await withoutImage()) ?? ''
  project.provide('noDocker', reason)
  return () => {
    // Again at the end, where it is seen.
    if (reason !== '') console.warn(`\nThe tests with Docker did not run: ${reason}`)
  }
}

/** Builds the image, which is quick when nothing of it changed. @returns why it could not be built */
async function withoutImage(): Promise<string | undefined> {
  if (process.env.UDAP_TESTBED_IMAGE !== undefined) return undefined
  try {
    const options = { cwd: projectFolder, timeout: BUILD_MS, killSignal: 'SIGKILL' } as const
    await promisify(execFile)(process.execPath, ['deploy/image.ts'], options)
    return undefined
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string }
    return `the image could not be built (npm run image): ${stderr.trim().slice(-1_000)}`
  }
}
