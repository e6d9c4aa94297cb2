/** The Chromium of this process: found on the machine, started when it is needed first, shared by all cases. */
import { accessSync, constants } from 'node:fs'
import type { Browser } from 'playwright-core'

const known = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** @throws in words for people when there is none */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string {
  const { CHROMIUM_PATH: wanted } = env
  const found = (wanted === undefined ? known : [wanted]).find(runs)
  if (found !== undefined) return found
  const tried = wanted === undefined ? known.join(', ') : `CHROMIUM_PATH=${wanted}`
  throw new Error(`there is no Chromium (${tried}): install it, set CHROMIUM_PATH, or use browser: http`)
}

function runs(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const FLAGS = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
  // Whether there is a proxy each browser is told by itself, not by the machine.
  '--no-proxy-server',
  // chromium-trust.ts checks instead. (Playwright's ignoreHTTPSErrors breaks each first connection off before it
  // takes the certificate, which the server records.)
  '--ignore-certificate-errors',
]
/** Nobody else's name is looked up, so nothing leaves the machine, whatever a page holds. */
const CONFINED =
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1, EXCLUDE ::1'

/** It stays for the next case; not longer than this, as it would keep this process from ending. */
const KEEP_MS = 500

interface Shared {
  browser: Promise<Browser>
  users: number
  ending?: NodeJS.Timeout
}

/** By what they were started with. */
const shared = new Map<string, Shared>()

/** @returns the browser, and how to give it back */
export async function borrowChromium(
  executable: string,
  confined: boolean,
): Promise<{ browser: Browser; giveBack(): Promise<void> }> {
  const key = `${executable} ${confined}`
  const one = shared.get(key) ?? { browser: launch(executable, confined), users: 0 }
  shared.set(key, one)
  clearTimeout(one.ending)
  one.users++
  const forget = () => {
    if (shared.get(key) === one) shared.delete(key)
  }
  try {
    const browser = await one.browser
    browser.once('disconnected', forget)
    return {
      browser,
      giveBack: async () => {
        if (--one.users > 0) return
        one.ending = setTimeout(() => {
          forget()
          void browser.close().catch(() => {})
        }, KEEP_MS)
      },
    }
  } catch (error) {
    forget()
    throw error
  }
}

async function launch(executablePath: string, confined: boolean): Promise<Browser> {
  const { chromium } = await import('playwright-core')
  return chromium.launch({
    executablePath,
    args: confined ? [...FLAGS, CONFINED] : FLAGS,
    // Its sandbox does not work as root, who runs CI in containers.
    chromiumSandbox: process.getuid?.() !== 0,
    // Whoever interrupts the run is heard by the run.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  })
}
