/** Action oauth/enter-client: takes what an operator was given elsewhere, a client_id and a secret (guide 1.x, Consumer 4.2). */
import { Type } from 'typebox'
import type { ActionSpec } from '../actor.ts'
import type { Act } from '../runtime.ts'
import { type Client, discovered, serverLinks, signersFor, targetInputs, targetOf } from './client.ts'
import { registered } from './registered.ts'

export const spec: ActionSpec = {
  title: 'Takes a client_id and a secret, by which it authenticates from then on, instead of a key.',
  with: Type.Object(
    {
      ...targetInputs,
      client_id: Type.String({ description: 'As the server gave it.' }),
      client_secret: Type.String({ description: 'As the server gave it.' }),
      scope: Type.String({ description: 'Scopes, separated by spaces.' }),
    },
    { additionalProperties: false },
  ),
  links: serverLinks,
  answer: 'none: no request is made',
  outputs: {},
}

export function enterClient(client: Client): Act {
  return async (input) => {
    const target = targetOf(client, input)
    discovered(target)
    registered(target.state, {
      clientId: String(input.client_id),
      secret: String(input.client_secret),
      scope: String(input.scope),
      grantTypes: ['authorization_code'],
      redirectUris: [client.redirectUri],
      signer: signersFor(client, undefined)[0]!,
    })
    return { outputs: {} }
  }
}

/** RFC 6749 2.3.1: each of the two is written as a form writes it. */
export function basic(id: string, secret: string): { authorization: string } {
  const [, user, password] = /^i=(.*)&s=(.*)$/.exec(new URLSearchParams({ i: id, s: secret }).toString())!
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` }
}
