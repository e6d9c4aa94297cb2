/** For tests: a command of the testbed in a process of its own, whose output is read while it runs. */
import { spawn } from 'node:child_process'
import { mainFile } from '../cli.ts'

export interface Ended {
  code: number
  out: string
  err: string
}

export interface Running {
  /** The first match in what it has written, now or later. @throws when it ends without */
  says(pattern: RegExp): Promise<RegExpExecArray>
  ended: Promise<Ended>
  stop(): Promise<Ended>
}

/** `udap-testbed <args>`, in that folder, without colours. */
export function start(folder: string, args: string[]): Running {
  const child = spawn(process.execPath, [mainFile, ...args], {
    cwd: folder,
    env: { ...process.env, CI: 'true', NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  let waiting: (() => void)[] = []
  const look = () => {
    const all = waiting
    waiting = []
    for (const one of all) one()
  }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
    look()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text
    look()
  })
  let isOver = false
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (code) => {
      isOver = true
      resolve({ code: code ?? 1, out, err })
      look()
    }),
  )
  return {
    ended,
    async says(pattern) {
      for (;;) {
        const found = pattern.exec(out)
        if (found) return found
        if (isOver) throw new Error(`"${args.join(' ')}" ended without saying ${pattern}:\n${out}${err}`)
        await new Promise<void>((resolve) => waiting.push(resolve))
      }
    },
    async stop() {
      child.kill('SIGTERM')
      return ended
    },
  }
}
