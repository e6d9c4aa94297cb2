/** What the actions of one person share: who they are, their browser, and where they are in each tab. */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Person as Known } from '../actor.ts'
import type { Runtime } from '../runtime.ts'
import type { Browser, Tab } from './browser.ts'
import type { Walk } from './walk.ts'

export interface Person {
  runtime: Runtime
  self: Known
  /** Started when it is needed first. */
  browser(): Promise<Browser>
  /** By name of the tab. */
  walks: Map<string, Walk>
  /** Keeps a picture of a page. @returns its path in the output folder; undefined where there is none */
  keep(take: Tab['picture'], page: string): Promise<string | undefined>
  close(): Promise<void>
}

export function createPerson(runtime: Runtime, open: () => Promise<Browser>): Person {
  const { context } = runtime
  const self = context.people[context.name]
  if (!self) throw new Error(`${context.name} is not told who they are.`)
  let browser: Promise<Browser> | undefined
  let pictures = 0
  return {
    runtime,
    self,
    browser: () => {
      browser ??= open()
      return browser
    },
    walks: new Map(),
    keep: async (take, page) => {
      const picture = context.folder === undefined ? undefined : await take()
      if (context.folder === undefined || !picture) return undefined
      const number = String(++pictures).padStart(2, '0')
      const path = join('screenshots', context.case, `${context.name}-${number}-${page}.png`)
      const file = join(context.folder, path)
      // What a page shows is evidence as much as the trace: for its owner only.
      await mkdir(dirname(file), { recursive: true, mode: 0o700 })
      await writeFile(file, picture, { mode: 0o600 })
      return path
    },
    close: async () => {
      const opened = await browser?.catch(() => undefined)
      await opened?.close()
    },
  }
}
