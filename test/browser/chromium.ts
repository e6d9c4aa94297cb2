/** Chromium for tests. Where it is not installed they are skipped and say so; in CI they fail. */
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeEach } from 'vitest'
import { findChromium } from '../../actors/user/chromium-process.ts'

/** Nothing of its own that would call elsewhere while it is tested. */
const args = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
]

/** To be called where the tests are described that need it. */
export function needChromium(): void {
  beforeEach(({ skip }) => {
    try {
      findChromium()
    } catch (error) {
      if (process.env.CI) throw error
      skip((error as Error).message)
    }
  })
}

/** `needChromium`, and one for these tests alone. @returns the browser, for use in a test */
export function useChromium(): () => Promise<Browser> {
  let browser: Promise<Browser> | undefined
  needChromium()
  afterAll(async () => (await browser)?.close())
  return () => {
    browser ??= chromium.launch({ executablePath: findChromium(), args })
    return browser
  }
}
