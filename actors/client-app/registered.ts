/** The registration that a client goes by: of those that it was given, the one that has not ended (guide 3.4). */
import { type Check, Refusal, runChecks } from '../checks.ts'
import { missing } from '../input.ts'
import type { Client, Registration, State, Target } from './client.ts'

export const clientIdChecks: Check<Registration>[] = [
  {
    name: 'registration-not-cancelled',
    refs: ['reg-053'],
    breaks: ['reg-053'],
    run({ ended }) {
      if (ended === 'cancelled')
        throw new Refusal('The server has confirmed that the registration is cancelled.')
    },
  },
  {
    name: 'client-id-not-replaced',
    refs: ['reg-055'],
    breaks: ['reg-055'],
    run({ ended }) {
      if (ended === 'replaced') throw new Refusal('The server has given another client_id since.')
    },
  },
]

/** @throws Refusal when there is none, or none any more */
export async function registration(
  { runtime }: Client,
  { name, state: { registrations = [] } }: Target,
): Promise<Registration> {
  let refused = missing(`There is no client_id for "${name}": udap/register gets one; let it succeed first.`)
  for (const one of registrations) {
    try {
      await runChecks(clientIdChecks, one, runtime.faults)
      return one
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      refused = error
    }
  }
  throw refused
}

/** The last one, if it has not ended. */
export function current({ registrations }: State): Registration | undefined {
  const last = registrations?.at(-1)
  return last?.ended === undefined ? last : undefined
}

/** A new one, or the old one modified; of those before one is kept, which has ended. */
export function registered(state: State, given: Registration): void {
  const before = state.registrations?.findLast(({ clientId }) => clientId !== given.clientId)
  state.registrations = [...(before ? [{ ...before, ended: before.ended ?? 'replaced' }] : []), given]
}

/** The one of this community, whatever client_id the answer names: of another one nothing is left to cancel. */
export function cancelled({ registrations = [] }: State): void {
  for (const one of registrations) one.ended = 'cancelled'
}
