/** `run --watch`: runs, and runs again when a scenario, or a file that one reads, or the guide's data changes. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, type FSWatcher, watch as watchFolder } from 'node:fs'
import { dirname, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root } from '../testbed.ts'
import { exit } from './exit.ts'
import { filesOf } from './planned.ts'
import type { SelectionFlags } from './selection.ts'

/** An editor writes a file in several moves. */
const QUIET_MS = 100

type Wish = 'again' | 'all' | 'failed' | 'quit'

const keys: Record<string, Wish> = {
  r: 'again',
  '\r': 'again',
  a: 'all',
  f: 'failed',
  q: 'quit',
  '\u0003': 'quit',
}

/** @returns the exit code of the last run */
export async function watch(
  paths: string[],
  flags: SelectionFlags & { outputDir: string; lastFailed?: boolean },
): Promise<number> {
  let files = await filesOf(paths, flags)
  const wishes = listen()
  const own = process.argv.slice(1).filter((one) => one !== '--watch' && one !== '--last-failed')
  let onlyFailed = flags.lastFailed ? ['--last-failed'] : []
  let code: number = exit.passed
  try {
    for (;;) {
      // Before the run: what is changed while it goes on counts.
      wishes.watch(files, resolve(flags.outputDir))
      if (process.stdout.isTTY) process.stdout.write('\u001b[2J\u001b[3J\u001b[H')
      code = await wishes.during(
        spawn(process.execPath, [...own, ...onlyFailed], { stdio: ['ignore', 'inherit', 'inherit'] }),
      )
      process.stdout.write('\nWatching for changes.  r again · f failed ones · a all · q quit\n')
      const wish = await wishes.next()
      if (wish === 'quit') return code
      if (wish === 'failed') onlyFailed = ['--last-failed']
      if (wish === 'all') onlyFailed = []
      files = await filesOf(paths, flags).catch(() => files)
    }
  } finally {
    wishes.close()
  }
}

/** What the user wants next, from the keyboard, from Ctrl-C or from a file that was saved. */
function listen() {
  let watchers: FSWatcher[] = []
  let wish: Wish | undefined
  let heard = Promise.withResolvers<void>()
  let timer: NodeJS.Timeout | undefined
  let child: ChildProcess | undefined
  const hear = (said: Wish) => {
    if (wish !== 'quit') wish = said
    if (said === 'quit') child?.kill('SIGINT')
    heard.resolve()
  }
  const key = (text: string) => {
    const said = keys[text]
    if (said) hear(said)
  }
  const stop = () => hear('quit')
  const isTyped = process.stdin.isTTY
  if (isTyped) process.stdin.setRawMode(true).setEncoding('utf8').on('data', key)
  process.on('SIGINT', stop).on('SIGTERM', stop)
  const forget = () => {
    clearTimeout(timer)
    for (const one of watchers) one.close()
    watchers = []
  }
  return {
    watch: (files: string[], except: string) => {
      forget()
      const changed = (path: string) => {
        if (!/\.(ya?ml|json)$/.test(path) || path.startsWith(except + sep)) return
        clearTimeout(timer)
        timer = setTimeout(hear, QUIET_MS, 'again')
      }
      const folders = new Set([
        ...files.map((file) => dirname(resolve(file))),
        ...['spec', 'spec/versions'].map((name) => fileURLToPath(new URL(name, root))),
      ])
      watchers = [...folders]
        .filter(existsSync)
        .map((folder) =>
          watchFolder(folder, (_, name) => changed(resolve(folder, name ?? ''))).on('error', () => {}),
        )
    },
    during: async (run: ChildProcess): Promise<number> => {
      child = run
      const [code] = await once(run, 'close')
      child = undefined
      return code ?? exit.interrupted
    },
    next: async (): Promise<Wish> => {
      await heard.promise
      heard = Promise.withResolvers()
      const said = wish ?? 'again'
      wish = undefined
      return said
    },
    close: () => {
      forget()
      if (isTyped) process.stdin.setRawMode(false).pause()
      process.off('SIGINT', stop).off('SIGTERM', stop)
    },
  }
}
