/** What an identity provider says of itself beside its UDAP metadata: its keys, and where to ask about a person. */
import { createPublicKey, type KeyObject } from 'node:crypto'
import { isObject, type JsonObject } from '../../../wire/json.ts'
import { bodyOf } from '../../client/answer.ts'
import { absoluteHttps } from '../../discovery/metadata-subject.ts'
import type { Server } from '../server.ts'
import { BOUNDED } from './outcome.ts'

const MAX_KEYS = 100

/** OpenID Connect Discovery 4. Undefined when it is none of this issuer. @throws CallFailed */
export async function openidConfiguration(
  { runtime }: Server,
  issuer: string,
): Promise<JsonObject | undefined> {
  const url = `${issuer}/.well-known/openid-configuration`
  const answer = await runtime.call({ ...BOUNDED, url, headers: { accept: 'application/json' } })
  const configuration = bodyOf(answer)
  return answer.status === 200 && configuration.issuer === issuer ? configuration : undefined
}

/** The key with this id in the key set; without an id, the only one that can have signed with `alg`. @throws CallFailed */
export async function keyOf(
  { runtime }: Server,
  { jwks_uri: url }: JsonObject,
  { kid, alg }: JsonObject,
): Promise<KeyObject | undefined> {
  if (!absoluteHttps(url)) return undefined
  const answer = await runtime.call({ ...BOUNDED, url, headers: { accept: 'application/json' } })
  const { keys } = bodyOf(answer)
  if (answer.status !== 200 || !Array.isArray(keys)) return undefined
  const type = String(alg).startsWith('ES') ? 'EC' : 'RSA'
  const fitting = keys
    .slice(0, MAX_KEYS)
    .filter(isObject)
    .filter((key) => key.kty === type && key.use !== 'enc' && (key.alg === undefined || key.alg === alg))
    .filter((key) => kid === undefined || key.kid === kid)
  return fitting.length === 1 ? imported(fitting[0]!) : undefined
}

function imported(key: JsonObject): KeyObject | undefined {
  try {
    return createPublicKey({ key, format: 'jwk' })
  } catch {
    return undefined
  }
}
