/** The keys that access tokens are verified with, of a JSON Web Key Set (RFC 7517). */
import { createPublicKey, type KeyObject } from 'node:crypto'
import { isObject, type Json } from '../../wire/json.ts'

export interface VerificationKey {
  key: KeyObject
  kid: string | undefined
  /** When the key set says so: the only algorithm that the key is for. */
  alg: string | undefined
}

const MAX_KEYS = 100

/** RFC 7517 5: a key that cannot be read, or is for something else, is ignored. */
export function readKeys(keys: Json[]): VerificationKey[] {
  return keys.slice(0, MAX_KEYS).flatMap((jwk) => {
    if (!isObject(jwk) || (jwk.use !== undefined && jwk.use !== 'sig')) return []
    try {
      const key = createPublicKey({ key: jwk, format: 'jwk' })
      return [{ key, kid: text(jwk.kid), alg: text(jwk.alg) }]
    } catch {
      return []
    }
  })
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** The key with this id; without an id, the only key there is. */
export function pick(keys: readonly VerificationKey[], kid: string | undefined): VerificationKey | undefined {
  if (kid !== undefined) return keys.find((key) => key.kid === kid)
  return keys.length === 1 ? keys[0] : undefined
}
