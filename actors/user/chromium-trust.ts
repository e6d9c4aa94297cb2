/**
 * Whom a Chromium of the testbed trusts. It cannot be told of a TLS root without changing the machine: its own
 * check is off, and each origin is checked here before anything is sent to it, against the roots of the case.
 */
import type { Context } from '../actor.ts'
import { createConnector, type ExchangeFailed, type TlsFacts } from '../connect.ts'

const STEP_MS = 5_000

export interface Trust extends TlsFacts {
  /** Why it is not trusted; undefined when it is. */
  distrust: string | undefined
}

/** Checks each origin once. */
export function createTrust(context: Context): (url: string) => Promise<Trust> {
  const connector = createConnector(context, STEP_MS)
  const known = new Map<string, Promise<Trust>>()
  async function check(origin: string): Promise<Trust> {
    const none = { distrust: undefined, version: '', peer: '' }
    if (!origin.startsWith('https:')) return none
    try {
      const socket = await connector.open(new URL(origin))
      socket.destroy()
      return { ...none, ...connector.tlsOf(origin) }
    } catch (error) {
      const { phase, code, message } = error as ExchangeFailed
      // Who does not answer at all is no matter of trust: the browser finds that out.
      return phase === 'tls' && code !== 'TIMEOUT' ? { ...none, distrust: message } : none
    }
  }
  return (url) => {
    const { origin } = new URL(url)
    const asked = known.get(origin) ?? check(origin)
    known.set(origin, asked)
    return asked
  }
}
