/** Signs JWTs with one UDAP credential: alg by the kind of key, x5c by its chain (guide 7.1.2, 7.1.3). */
import {
  createPrivateKey,
  createPublicKey,
  type JsonWebKey,
  type KeyObject,
  X509Certificate,
} from 'node:crypto'
import type { JsonObject } from '../../wire/json.ts'
import type { SigningAlgorithm } from '../../wire/udap.ts'
import type { Credential } from '../actor.ts'
import { signJwt } from '../jws.ts'
import type { JwtDraft } from '../make.ts'

export interface Signer {
  community: string
  /** Its certificate, base64 DER: the same x5c[0] in every JWT until it is renewed. */
  leaf: string
  /** As in x5c. */
  chain: string[]
  /** Its public key (RFC 7517). */
  jwk: JsonWebKey
  /** URI subject alternative names of its certificate. */
  uris: string[]
  /** When its certificate expires, as a NumericDate. */
  expiresS: number
  draft(claims: JsonObject): JwtDraft
  sign(draft: JwtDraft): Promise<string>
}

/**
 * By which of the URIs of its certificate a participant goes: its URL, with the purpose after it where the community
 * has it so; else the first one.
 */
export const uriOf = ({ uris }: Pick<Signer, 'uris'>, url: string): string =>
  uris.find((one) => one === url || one.startsWith(`${url}#`) || one.startsWith(`${url}/#`)) ?? uris[0] ?? url

/** @throws when the key fits none of the algorithms of the guide */
export function createSigner({ community, key, chain, uris }: Credential): Signer {
  const privateKey = createPrivateKey(key)
  const alg = algorithmOf(privateKey)
  const [leaf = ''] = chain
  const { validToDate } = new X509Certificate(Buffer.from(leaf, 'base64'))
  return {
    community,
    leaf,
    chain,
    jwk: createPublicKey(privateKey).export({ format: 'jwk' }),
    uris,
    expiresS: Math.floor(validToDate.getTime() / 1000),
    draft: (claims) => ({ header: { alg, x5c: chain }, claims }),
    sign: (draft) => signJwt(draft, privateKey),
  }
}

function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): SigningAlgorithm {
  if (asymmetricKeyType === 'rsa') return 'RS256'
  const { namedCurve } = asymmetricKeyDetails ?? {}
  if (namedCurve === 'prime256v1') return 'ES256'
  if (namedCurve === 'secp384r1') return 'ES384'
  throw new Error(
    `A client signs with RSA, P-256 or P-384 keys, not with ${namedCurve ?? asymmetricKeyType}.`,
  )
}
