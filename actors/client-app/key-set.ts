/** The experimental alternative to x5c in client assertions: a key set that the app serves itself (guide 7.6). */
import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { JsonObject } from '../../wire/json.ts'
import type { Signer } from '../client/signer.ts'
import type { JwtDraft } from '../make.ts'
import type { Client } from './client.ts'

export const KEY_SET_PATH = '/jwks.json'

/** RFC 7517 5. What is in it is what x5c of an assertion would hold. */
export function keySet(app: FastifyInstance, { runtime, signers }: Client): void {
  app.get(KEY_SET_PATH, async (_request, reply) => {
    const keys = signers.map((signer) => ({
      ...signer.jwk,
      kid: keyId(signer),
      use: 'sig',
      x5c: signer.chain,
    }))
    return reply
      .type('application/json')
      .send(await runtime.make('jwks', { keys }, (draft) => JSON.stringify(draft)))
  })
}

/** `undefined` when its assertions carry their certificates. */
export const keySetUrl = ({ runtime, policy }: Client): string | undefined =>
  policy.assertionKey === 'jku' ? runtime.context.url + KEY_SET_PATH : undefined

export function assertionDraft(client: Client, signer: Signer, claims: JsonObject): JwtDraft {
  const draft = signer.draft(claims)
  const jku = keySetUrl(client)
  if (jku === undefined) return draft
  const { x5c: _, ...header } = draft.header
  return { ...draft, header: { ...header, jku, kid: keyId(signer) } }
}

const keyId = ({ leaf }: Signer) =>
  createHash('sha256').update(Buffer.from(leaf, 'base64')).digest('base64url')
