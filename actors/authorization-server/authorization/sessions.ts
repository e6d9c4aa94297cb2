/** Who is signed in, in which browser (single sign-on), and what they allowed there. */
import { Bounded } from './bounded.ts'
import type { Authentication } from './interaction.ts'

const MOST = 10_000

interface Session {
  authentication: Authentication
  /** What was allowed, by client: scope tokens. */
  allowed: Map<string, string[]>
}

export interface Sessions {
  /** Who is signed in in this browser. */
  of(browser: string): Authentication | undefined
  /** They have just signed in. */
  begin(browser: string, authentication: Authentication): void
  end(browser: string): void
  /** Notes what they allowed a client, for requests that must not ask (`prompt=none`). */
  allow(browser: string, clientId: string, scopes: string[]): void
  /** The scope tokens that they allowed this client the last time. */
  allowed(browser: string, clientId: string): string[]
}

export function createSessions(): Sessions {
  const all = new Bounded<Session>(MOST)
  return {
    of: (browser) => all.get(browser)?.authentication,
    begin(browser, authentication) {
      const before = all.get(browser)
      const same = before?.authentication.account.sub === authentication.account.sub
      all.set(browser, { authentication, allowed: same ? before.allowed : new Map() })
    },
    end: (browser) => all.delete(browser),
    allow: (browser, clientId, scopes) => void all.get(browser)?.allowed.set(clientId, scopes),
    allowed: (browser, clientId) => all.get(browser)?.allowed.get(clientId) ?? [],
  }
}
