/** `signed_metadata`: a JWT over the endpoints, signed by the certificate of one community (guide 2.3). */
import type { Runtime } from '../runtime.ts'
import type { Signer } from './signer.ts'

/** A type, not an interface, so that it is JSON to the compiler. */
export type Endpoints = {
  authorization_endpoint?: string
  token_endpoint: string
  registration_endpoint: string
}

/** Far below the year that 2.3 allows. */
const LIFETIME_S = 30 * 24 * 3600
/** One that is about to expire is not handed out. */
const RENEW_BEFORE_S = 24 * 3600

/** Signed at the first asking and kept, so that the same jti is the same JWT, until it needs renewal. */
export function signedMetadata(runtime: Runtime) {
  const { context, faults } = runtime
  const kept = new WeakMap<Signer, { jwt: string; iat: number }>()

  return async (signer: Signer, endpoints: Endpoints): Promise<string> => {
    const now = runtime.nowS()
    const before = kept.get(signer)
    // A spoilt one is never kept, and one that is kept would hide what was to spoil it.
    const spoilt = faults.armedOn('signed-metadata')
    // The scenario's clock can go back, too.
    if (!spoilt && before && before.iat <= now && now < before.iat + LIFETIME_S - RENEW_BEFORE_S)
      return before.jwt
    const { url } = context
    const jwt = await signer.sign('signed-metadata', {
      iss: url,
      sub: url,
      iat: now,
      exp: now + LIFETIME_S,
      jti: runtime.id(),
      ...endpoints,
    })
    if (!spoilt) kept.set(signer, { jwt, iat: now })
    return jwt
  }
}
