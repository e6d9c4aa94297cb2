/** The interactions under way. Two tabs are two interactions. */
import { Bounded } from '../../bounded.ts'
import type { Runtime } from '../../runtime.ts'
import type { Interaction, SignIn } from './interaction.ts'
import type { AuthorizationRequest } from './request.ts'

const LIFETIME_S = 600
const MOST = 10_000

type From = Pick<Interaction, 'browser' | 'session'>

export interface Interactions {
  begin(request: AuthorizationRequest, from: From, signIn: SignIn): Interaction
  /** Whatever became of it: it may have ended, or expired. */
  find(id: string): Interaction | undefined
  /** Ten minutes after it began. */
  expired(interaction: Interaction): boolean
  end(interaction: Interaction): void
}

export function createInteractions({ id: newId, nowS }: Pick<Runtime, 'id' | 'nowS'>): Interactions {
  const all = new Bounded<Interaction>(MOST)
  return {
    begin(request, { browser, session }, signIn) {
      const interaction: Interaction = {
        id: newId(),
        browser,
        session,
        csrf: newId(),
        request,
        signIn,
        authentication: undefined,
        username: request.loginHint,
        failures: 0,
        patient: undefined,
        allowed: undefined,
        error: undefined,
        ended: false,
        beganS: nowS(),
      }
      all.set(interaction.id, interaction)
      return interaction
    },
    find: (id) => all.get(id),
    expired: ({ beganS }) => nowS() - beganS > LIFETIME_S,
    end(interaction) {
      interaction.ended = true
    },
  }
}
