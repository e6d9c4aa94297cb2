/** What an OpenID Provider says of itself: its keys, and where to ask about a person (OpenID Connect Discovery 4). */
import { createPublicKey, type KeyObject } from 'node:crypto'
import { isObject, type JsonObject } from '../../wire/json.ts'
import { OPENID_CONFIGURATION_PATH } from '../../wire/oauth.ts'
import { BOUNDED } from '../call.ts'
import { absoluteHttps } from '../discovery/metadata-subject.ts'
import { isWeakRsa } from '../jws.ts'
import type { Runtime } from '../runtime.ts'
import { bodyOf } from './answer.ts'

const MAX_KEYS = 100

/** Undefined when there is none, or it is somebody else's (4.3). @throws CallFailed */
export async function openidConfiguration(
  { call }: Runtime,
  issuer: string,
): Promise<JsonObject | undefined> {
  // 4.1: below an issuer without the slash at its end.
  const url = issuer.replace(/\/$/, '') + OPENID_CONFIGURATION_PATH
  const answer = await call({ ...BOUNDED, url, headers: { accept: 'application/json' } })
  const configuration = bodyOf(answer)
  return answer.status === 200 && configuration.issuer === issuer ? configuration : undefined
}

/** The key with this id in the key set; without an id, the only one that can have signed with `alg`. @throws CallFailed */
export async function keyOf(
  { call }: Runtime,
  { jwks_uri: url }: JsonObject,
  { kid, alg }: JsonObject,
): Promise<KeyObject | undefined> {
  if (!absoluteHttps(url)) return undefined
  const answer = await call({ ...BOUNDED, url, headers: { accept: 'application/json' } })
  const { keys } = bodyOf(answer)
  if (answer.status !== 200 || !Array.isArray(keys)) return undefined
  const type = typeof alg === 'string' && alg.startsWith('ES') ? 'EC' : 'RSA'
  const fitting = keys
    .slice(0, MAX_KEYS)
    .filter(isObject)
    .filter((key) => key.kty === type && key.use !== 'enc' && (key.alg === undefined || key.alg === alg))
    .filter((key) => kid === undefined || key.kid === kid)
  return fitting.length === 1 ? imported(fitting[0]!) : undefined
}

function imported(key: JsonObject): KeyObject | undefined {
  try {
    const read = createPublicKey({ key, format: 'jwk' })
    // RFC 7518 3.3; no chain is validated here that would refuse it.
    return isWeakRsa(read) ? undefined : read
  } catch {
    return undefined
  }
}
