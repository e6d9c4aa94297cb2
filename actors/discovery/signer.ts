/** Signs JWTs with the certificates of this server, one a community. */
import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import type { JWK } from 'jose'
import type { JsonObject } from '../../wire/json.ts'
import type { Context, Credential } from '../actor.ts'
import { signJwt } from '../jws.ts'
import type { Artifact, JwtDraft } from '../make.ts'
import type { Runtime } from '../runtime.ts'

export interface Signer {
  /** Community that it signs for. */
  community: string
  /** The key of its certificate, for the server's key set (RFC 7517 4). */
  jwk: JWK & { kid: string }
  /** @param header beside `alg` and `x5c` */
  sign(artifact: Artifact, claims: JsonObject, header?: JsonObject): Promise<string>
}

/** @throws when a credential's key is not RSA, or there is none */
export function createSigners(runtime: Runtime): [Signer, ...Signer[]] {
  const { context } = runtime
  const [first, ...others] = context.credentials
  if (!first) {
    throw new Error(
      `${context.name} signs its metadata, but has no certificate: give it "certificate: { from: … }".`,
    )
  }
  return [createSigner(runtime, first), ...others.map((one) => createSigner(runtime, one))]
}

/** From now on the community is served with this certificate. @returns false when there was none of it */
export function replaceSigner(runtime: Runtime, signers: Signer[], credential: Credential): boolean {
  const at = signers.findIndex(({ community }) => community === credential.community)
  if (at >= 0) signers[at] = createSigner(runtime, credential)
  return at >= 0
}

function createSigner(runtime: Runtime, credential: Credential): Signer {
  const { community, chain } = credential
  const key = rsaKey(runtime.context, credential)
  // The thumbprint of the certificate, as in x5t#S256 (RFC 7515 4.1.8).
  const kid = createHash('sha256')
    .update(Buffer.from(chain[0] ?? '', 'base64'))
    .digest('base64url')
  return {
    community,
    jwk: { ...(createPublicKey(key).export({ format: 'jwk' }) as JWK), kid, alg: ALGORITHM, use: 'sig' },
    sign(artifact, claims, header = {}) {
      const draft: JwtDraft = { header: { alg: ALGORITHM, ...header, x5c: chain }, claims }
      return runtime.make(artifact, draft, (jwt) => signJwt(jwt, key))
    },
  }
}

/** 2.3: signed_metadata is RS256, whatever other algorithms are in use. */
const ALGORITHM = 'RS256'

function rsaKey({ name }: Context, { community, key }: Credential): KeyObject {
  const privateKey = createPrivateKey(key)
  if (privateKey.asymmetricKeyType === 'rsa') return privateKey
  throw new Error(
    `${name} signs its metadata with RS256, so its certificate in ${community} needs an RSA key: rsa-2048, for example.`,
  )
}
