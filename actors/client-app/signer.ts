/** Signs JWTs with one UDAP credential: alg by the kind of key, x5c by its chain (guide 7.1.2, 7.1.3). */
import { createPrivateKey, type KeyObject } from 'node:crypto'
import { CompactSign } from 'jose'
import type { JsonObject } from '../../wire/json.ts'
import type { SigningAlgorithm } from '../../wire/udap.ts'
import type { Credential } from '../actor.ts'
import type { JwtDraft } from '../make.ts'

export interface Signer {
  community: string
  /** URI subject alternative names of its certificate. */
  uris: string[]
  draft(claims: JsonObject): JwtDraft
  sign(draft: JwtDraft): Promise<string>
}

/** @throws when the key fits none of the algorithms of the guide */
export function createSigner({ community, key, chain, uris }: Credential): Signer {
  const privateKey = createPrivateKey(key)
  const alg = algorithmOf(privateKey)
  return {
    community,
    uris,
    draft: (claims) => ({ header: { alg, x5c: chain }, claims }),
    sign: ({ header, claims }) =>
      new CompactSign(Buffer.from(JSON.stringify(claims)))
        .setProtectedHeader(header as { alg: string })
        .sign(privateKey),
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
