/** Who is it here, whom an identity provider has signed in (guide, Tiered OAuth 6.3)? */
import { type Check, runChecks } from '../../checks.ts'
import type { Account } from '../accounts.ts'
import type { Server } from '../server.ts'
import { denied } from './outcome.ts'

interface Named {
  server: Server
  issuer: string
  sub: string
  account: Account | undefined
}

export const personChecks: Check<Named>[] = [
  {
    name: 'tiered-person',
    refs: ['tier-031'],
    breaks: ['tier-031'],
    run(subject) {
      const { accounts } = subject.server
      subject.account = accounts.linked(subject.issuer, subject.sub)
      if (subject.account) return
      // Whoever does not look at the subject takes everybody from there for the first that they know.
      subject.account = accounts.links.find(({ issuer }) => issuer === subject.issuer)?.account
      denied('Nobody here is linked to the person whom the identity provider named.')
    },
  },
]

/** @throws Refusal */
export async function personHere(server: Server, issuer: string, sub: string): Promise<Account> {
  const subject: Named = { server, issuer, sub, account: undefined }
  await runChecks(personChecks, subject, server.runtime.faults)
  return subject.account ?? denied('Nobody here is linked to anybody at the identity provider.')
}
