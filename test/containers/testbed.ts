/** The command line with actors in containers: started, watched, and ended by a test. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Ended, mainFile, projectFolder } from '../cli.ts'
import { docker, leftBehind } from './docker.ts'

const WAIT_MS = 60_000
const AGAIN_MS = 100

export interface Run {
  process: ChildProcess
  /** Code 128 + n when signal n ended it, as a shell says it. */
  ended: Promise<Ended>
  /** What the run has in the engine still. */
  left(): Promise<string[]>
  /** Ids of its containers that run. */
  containers(): Promise<string[]>
  /** Id of the container of the actor of this kind. */
  containerOf(kind: string): Promise<string>
  /** Resolves when the trace has this step: the next one has begun. */
  past(step: string): Promise<void>
}

/** `udap-testbed run <args>`, its files in `folder`. */
export function startRun(folder: string, args: string[], env: NodeJS.ProcessEnv = {}): Run {
  const child = spawn(process.execPath, [mainFile, 'run', ...args, '--output-dir', folder], {
    cwd: projectFolder,
    env: { ...process.env, CI: 'true', NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const owner = `udap-testbed.owner=${hostname()} ${child.pid}`
  const ended = endOf(child)
  const tooSoon = async () => {
    const { code, out, err } = await ended
    throw new Error(`the run has ended with code ${code}:\n${out}${err}`)
  }
  const list = (format: string) =>
    docker('ps', '--no-trunc', '--filter', `label=${owner}`, '--format', format)
  return {
    process: child,
    ended,
    left: () => leftBehind(owner),
    containers: async () => (await list('{{.ID}}')).split('\n').filter((line) => line !== ''),
    containerOf: async (kind) => {
      const line = (await list('{{.ID}} {{.Command}}'))
        .split('\n')
        .find((one) => one.includes(`actor ${kind}`))
      if (line === undefined) throw new Error(`no container of a ${kind} runs`)
      return line.split(' ')[0]!
    },
    past: (step) => {
      const file = join(folder, 'trace.jsonl')
      const holds = () => existsSync(file) && readFileSync(file, 'utf8').includes(`"step":"${step}"`)
      return Promise.race([until(`the step ${step} is over`, holds), tooSoon()])
    },
  }
}

/** Asks again and again. @throws when it does not come true in time */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const late = Date.now() + WAIT_MS
  while (!(await holds())) {
    if (Date.now() > late) throw new Error(`waited ${WAIT_MS / 1000} s in vain: ${what}`)
    await pause(AGAIN_MS)
  }
}

function endOf(child: ChildProcess): Promise<Ended> {
  const read = (stream: ChildProcess['stdout']) => {
    const said = { text: '' }
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      said.text += chunk
    })
    return said
  }
  const [out, err] = [read(child.stdout), read(child.stderr)]
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      const bySignal = signal === 'SIGINT' ? 130 : 137
      resolve({ code: code ?? bySignal, out: out.text, err: err.text })
    })
  })
}
