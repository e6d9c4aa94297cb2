/** `signed_metadata`: a JWT over the endpoints, signed by the certificate of one community (guide 2.3). */
import { createPrivateKey, type KeyObject } from 'node:crypto'
import { CompactSign } from 'jose'
import type { Context, Credential } from '../actor.ts'
import type { JwtDraft } from '../make.ts'
import type { Runtime } from '../runtime.ts'

export interface Endpoints {
  authorization_endpoint?: string
  token_endpoint: string
  registration_endpoint: string
}

/** Far below the year that 2.3 allows. */
const LIFETIME_S = 30 * 24 * 3600
/** One that is about to expire is not handed out. */
const RENEW_BEFORE_S = 24 * 3600

export interface MetadataSigner {
  /** Community that it signs for. */
  community: string
  sign(endpoints: Endpoints): Promise<string>
}

/** @throws when a credential's key is not RSA, or there is none */
export function createSigners(runtime: Runtime): MetadataSigner[] {
  const { context } = runtime
  if (context.credentials.length === 0) {
    throw new Error(
      `${context.name} signs its metadata, but has no certificate: give it "certificate: { from: … }".`,
    )
  }
  return context.credentials.map((credential) => ({
    community: credential.community,
    sign: signedOnce(runtime, credential, rsaKey(context, credential)),
  }))
}

/** 2.3: signed_metadata is RS256, whatever other algorithms are in use. */
function rsaKey({ name }: Context, { community, key }: Credential): KeyObject {
  const privateKey = createPrivateKey(key)
  if (privateKey.asymmetricKeyType === 'rsa') return privateKey
  throw new Error(
    `${name} signs its metadata with RS256, so its certificate in ${community} needs an RSA key: rsa-2048, for example.`,
  )
}

/** Signed at the first asking and kept, so that the same jti is the same JWT, until it needs renewal. */
function signedOnce(runtime: Runtime, credential: Credential, key: KeyObject) {
  let kept: { jwt: string; iat: number } | undefined
  return async (endpoints: Endpoints): Promise<string> => {
    const now = runtime.nowS()
    // The scenario's clock can go back, too.
    if (kept && kept.iat <= now && now < kept.iat + LIFETIME_S - RENEW_BEFORE_S) return kept.jwt
    const { url } = runtime.context
    const draft: JwtDraft = {
      header: { alg: 'RS256', x5c: credential.chain },
      claims: { iss: url, sub: url, iat: now, exp: now + LIFETIME_S, jti: runtime.id(), ...endpoints },
    }
    const jwt = await runtime.make('signed-metadata', draft, ({ header, claims }) =>
      new CompactSign(Buffer.from(JSON.stringify(claims)))
        .setProtectedHeader(header as { alg: string })
        .sign(key),
    )
    kept = { jwt, iat: now }
    return jwt
  }
}
