/** Action udap/certify: certifies a client app, as a third party that its community trusts to (guide 7.4). */
import { type Static, Type } from 'typebox'
import type { JsonObject } from '../../wire/json.ts'
import type { ActionSpec, ActResult } from '../actor.ts'
import { missing } from '../input.ts'
import { certificationFields, certify as sign } from './certification.ts'
import { type Client, signersFor } from './client.ts'

const Input = Type.Object(
  {
    client: Type.String({ description: 'Name of the client app that is certified.' }),
    community: Type.Optional(
      Type.String({ description: 'URI of the community whose certificate signs; the first when left out.' }),
    ),
    ...certificationFields,
  },
  { additionalProperties: false },
)

export const spec: ActionSpec = {
  title: 'Signs a certification of a client app, which that client can register with.',
  with: Input,
  links: {},
  answer: 'none: no request is made',
  outputs: { certification: 'the JWT' },
}

export function certify(client: Client) {
  const { runtime } = client
  const { peers } = runtime.context

  return async (input: JsonObject): Promise<ActResult> => {
    const { client: name, community, ...fields } = input as JsonObject & Static<typeof Input>
    const peer = Object.hasOwn(peers, name) ? peers[name] : undefined
    if (peer?.kind !== 'client-app') throw missing(`"client" must name a client app of this case.`)
    const [signer] = signersFor(client, community)
    if (!signer) throw missing(`${runtime.context.name} has no certificate to sign with.`)
    return { outputs: { certification: await sign(runtime, signer, peer.url, fields) } }
  }
}
