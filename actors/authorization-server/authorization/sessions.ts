/** Who is signed in, in some browser (single sign-on), and what they allowed there. */
import { Kept } from '../../kept.ts'
import type { Runtime } from '../../runtime.ts'
import type { Accounts } from '../accounts.ts'
import { digestOf } from '../token/digest.ts'
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
  /** Of the account its subject: who that is, is known to the accounts. */
  authentication: Omit<Authentication, 'account'> & { sub: string; title: string }
  /** By client. */
  allowed: Record<string, Allowed>
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

export function createSessions(
  { id: newId, host }: Runtime,
  accounts: Pick<Accounts, 'bySubject'>,
): Sessions {
  // By digest, as whoever knows the id of a session has it.
  const all = new Kept<Session>(host.state, 'session', MOST)
  const find = (id = '') => all.get(digestOf(id))
  const change = (id: string | undefined, session: Session) => all.set(digestOf(id ?? ''), session)
  return {
    of(id) {
      const session = find(id)
      if (!session) return undefined
      const { sub, title, ...shown } = session.authentication
      const account = accounts.bySubject(sub)
      return account && { ...shown, account: { ...account, title } }
    },
    begin(before, { account, ...shown }) {
      const old = find(before)
      const id = newId()
      all.together(() => {
        if (old) all.delete(digestOf(before ?? ''))
        const { sub, title } = account
        const allowed = old?.authentication.sub === sub ? old.allowed : {}
        change(id, { authentication: { ...shown, sub, title }, allowed })
      })
      return id
    },
    end: (id) => void all.delete(digestOf(id)),
    allow(id, clientId, allowed) {
      const session = find(id)
      if (session) change(id, { ...session, allowed: { ...session.allowed, [clientId]: allowed } })
    },
    allowed(id, clientId) {
      const { allowed = {} } = find(id) ?? {}
      return Object.hasOwn(allowed, clientId) ? allowed[clientId] : undefined
    },
  }
}
