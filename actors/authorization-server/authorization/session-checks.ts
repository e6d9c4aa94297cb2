/** May who is signed in already go on without a password (OpenID Connect Core 3.1.2.1 and 3.1.2.3)? */
import { type Check, Refusal, runChecks } from '../../checks.ts'
import type { Server } from '../server.ts'
import type { Authentication, Interaction } from './interaction.ts'

interface SignedIn {
  server: Server
  interaction: Interaction
  authentication: Authentication
}

export const sessionChecks: Check<SignedIn>[] = [
  {
    name: 'session-prompt',
    refs: ['tier-018'],
    breaks: ['tier-018'],
    run({ interaction: { request } }) {
      if (request.prompt.includes('login') || request.prompt.includes('select_account')) {
        throw new Refusal('The client wants the person to sign in anew.')
      }
    },
  },
  {
    name: 'session-person',
    refs: [],
    run({ interaction: { request }, authentication }) {
      if (request.sub !== undefined && request.sub !== authentication.account.sub) {
        throw new Refusal('The client means another person.')
      }
    },
  },
  {
    name: 'session-age',
    refs: ['tier-018'],
    run({ server, interaction, authentication }) {
      const { maxAgeS } = interaction.request
      const age = server.runtime.nowS() - authentication.authTimeS
      // 0 asks for what `prompt=login` asks for.
      if (maxAgeS !== undefined && (age > maxAgeS || maxAgeS === 0)) {
        throw new Refusal('The person signed in longer ago than max_age.')
      }
    },
  },
  {
    name: 'session-idp',
    refs: ['tier-016'],
    run({ interaction, authentication }) {
      const { request, signIn } = interaction
      const vouches = signIn.by === 'idp' && authentication.idp?.issuer === signIn.idp
      // Whether they are still signed in there is for the identity provider to say, unless nobody may be asked.
      if (signIn.by !== 'password' && !(vouches && request.prompt.includes('none'))) {
        throw new Refusal('The client wants the person to sign in at an identity provider.')
      }
    },
  },
]

/** The sign-in of before, when it is good for this interaction as well. */
export async function signedInBefore(
  server: Server,
  interaction: Interaction,
): Promise<Authentication | undefined> {
  const authentication = server.sessions.of(interaction.session)
  if (!authentication) return
  try {
    await runChecks(sessionChecks, { server, interaction, authentication }, server.runtime.faults)
    return authentication
  } catch (error) {
    if (error instanceof Refusal) return
    throw error
  }
}
