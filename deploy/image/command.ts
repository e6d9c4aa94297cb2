/** Programs that the image is made with, started and waited for; what they say is kept for the message. */
import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'

/** Says what went wrong and what to do; no bug of ours. */
export class ImageFailure extends Error {}

export interface Ended {
  /** Undefined when it was killed, or there is no such program. */
  code: number | undefined
  /** All that it printed. */
  output: string
}

export interface CommandOptions {
  /** The file that it reads. */
  input?: string
  /** Until its end. */
  timeoutMs?: number
  /** Until it has printed something. */
  firstWordMs?: number
}

const TIMEOUT_MS = 600_000

/** Runs a program to its end; one that is late is killed. */
export async function command(
  program: string,
  args: string[],
  { input, timeoutMs = TIMEOUT_MS, firstWordMs = timeoutMs }: CommandOptions = {},
): Promise<Ended> {
  const stdin = input === undefined ? 'ignore' : openSync(input, 'r')
  const child = spawn(program, args, { stdio: [stdin, 'pipe', 'pipe'] })
  if (typeof stdin === 'number') closeSync(stdin)
  let output = ''
  const killAfter = (ms: number) =>
    setTimeout(() => {
      output += `\nIt was ended after ${ms / 1000} s.`
      child.kill('SIGKILL')
    }, ms)
  const end = killAfter(timeoutMs)
  const silent = killAfter(firstWordMs)
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      clearTimeout(silent)
      output += text
    })
  }
  try {
    const code = await new Promise<number | undefined>((resolve, reject) => {
      child.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') return reject(error)
        output = `There is no program "${program}" on the PATH.`
        resolve(undefined)
      })
      child.on('close', (ended) => resolve(ended ?? undefined))
    })
    return { code, output }
  } finally {
    clearTimeout(end)
    clearTimeout(silent)
  }
}

/** As command(), where anything but success ends the work. @returns what it printed */
export async function succeed(program: string, args: string[], options?: CommandOptions): Promise<string> {
  const { code, output } = await command(program, args, options)
  if (code !== 0) throw new ImageFailure(`${program} ${args.join(' ')} failed:\n${endOf(output)}`)
  return output.trim()
}

/** The last lines, where a build says why it failed. */
const endOf = (output: string): string => output.trimEnd().split('\n').slice(-30).join('\n')
