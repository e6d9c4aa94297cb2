/** Who is signed in, in some browser (single sign-on), and what they allowed there. */
import { Bounded } from '../../bounded.ts'
import type { Authentication } from './interaction.ts'

const MOST = 10_000

/** What a person allowed a client. */
interface Allowed {
  /** Scope tokens. */
  scopes: string[]
  /** The record that it was about, if any. */
  record: string | undefined
}

interface Session {
  authentication: Authentication
  /** By client. */
  allowed: Map<string, Allowed>
}

export interface Sessions {
  of(id: string | undefined): Authentication | undefined
  /** They have just signed in. @param before the session that it takes the place of. @returns the new id */
  begin(before: string | undefined, authentication: Authentication): string
  end(id: string): void
  /** Notes what they allowed a client, for requests that must not ask (`prompt=none`). */
  allow(id: string | undefined, clientId: string, allowed: Allowed): void
  /** What they allowed this client the last time. */
  allowed(id: string | undefined, clientId: string): Allowed | undefined
}

export function createSessions(newId: () => string): Sessions {
  const all = new Bounded<Session>(MOST)
  const find = (id = '') => all.get(id)
  return {
    of: (id) => find(id)?.authentication,
    begin(before = '', authentication) {
      const old = find(before)
      all.delete(before)
      const same = old?.authentication.account.sub === authentication.account.sub
      const id = newId()
      all.set(id, { authentication, allowed: same ? old.allowed : new Map() })
      return id
    },
    end: (id) => all.delete(id),
    allow: (id, clientId, allowed) => void find(id)?.allowed.set(clientId, allowed),
    allowed: (id, clientId) => find(id)?.allowed.get(clientId),
  }
}
