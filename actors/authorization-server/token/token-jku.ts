/** The experimental alternative to x5c: the certificates stand in a key set of the client's (guide 7.6). */
import type { RuleId } from '../../../spec/types.ts'
import { isObject, type Json } from '../../../wire/json.ts'
import { BOUNDED, CallFailed } from '../../call.ts'
import type { Check } from '../../checks.ts'
import { refuse } from '../form-request.ts'
import { issuerOf } from '../jwt.ts'
import type { Server } from '../server.ts'
import type { ClientRequest } from './token-client.ts'

/** Before the check of x5c, which then finds what it would have found in the header. */
export const keySet = (
  assertion: 'client-assertion' | 'revocation-assertion',
  refs: RuleId[] = [],
): Check<ClientRequest> => ({
  name: `${assertion}-jku`,
  refs,
  async run({ jwt, server }) {
    const { jku, kid, x5c } = jwt.header
    if (!server.policy.dereferenceJku || x5c !== undefined || typeof jku !== 'string') return
    // A key that has none either would be the one.
    if (typeof kid !== 'string') refuse('invalid_client', 'With jku there must be a kid.')
    // Nobody has proven anything yet: only what a registered client registered is fetched.
    if (server.clients.byId(issuerOf(jwt))?.jku !== jku || !jku.startsWith('https://')) {
      refuse('invalid_client', 'jku is not the https URL of the software statement.')
    }
    const key = (await keysAt(server, jku)).filter(isObject).find((one) => one.kid === kid)
    if (key?.x5c === undefined) refuse('invalid_client', 'The key set at jku has no x5c for this kid.')
    jwt.header = { ...jwt.header, x5c: key.x5c }
  },
})

async function keysAt({ runtime }: Server, url: string): Promise<Json[]> {
  try {
    const answer = await runtime.call({ url, headers: { accept: 'application/json' }, ...BOUNDED })
    const body = answer.status === 200 ? answer.json() : undefined
    if (isObject(body) && Array.isArray(body.keys)) return body.keys
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error
  }
  return refuse('invalid_client', 'There is no key set at jku.')
}
