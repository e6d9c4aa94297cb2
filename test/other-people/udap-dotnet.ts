/** What udap-dotnet 0.8 (Udap.Client and Udap.Model) sends as a client, and how it reads answers. */
import { createHash, randomBytes } from 'node:crypto'
import type { Credential } from '../../actors/actor.ts'
import { FORM_TYPE } from '../../actors/authorization-server/fixture.ts'
import type { CallResponse } from '../../actors/call.ts'
import type { Bed } from '../../actors/fixture-bed.ts'
import { signJwt } from '../../actors/fixture-keys.ts'
import type { JsonObject } from '../../wire/json.ts'
import { JWT_BEARER } from '../../wire/oauth.ts'

export const VERIFIER = randomBytes(32).toString('hex')
export const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url')

export const uniqueId = () => randomBytes(32).toString('hex').toUpperCase()
export const nowS = () => Math.floor(Date.now() / 1000)

export class UdapDotnet {
  readonly #bed: Bed
  readonly #credential: Credential
  constructor(bed: Bed, credential: Credential) {
    this.#bed = bed
    this.#credential = credential
  }

  /** Of its chain only the leaf is in x5c: who reads it finds the issuer by itself. */
  sign(claims: object): Promise<string> {
    return signJwt(this.#credential.key, { x5c: [this.#credential.chain[0]] }, claims)
  }

  async register(url: string, metadata: JsonObject): Promise<CallResponse> {
    const iss = this.#credential.uris[0]!
    const iat = nowS()
    const claims = { iat, iss, sub: iss, aud: url, exp: iat + 300, jti: uniqueId(), ...metadata }
    // Its serializer writes members without a value as null.
    const body = { software_statement: await this.sign(claims), certifications: null, udap: '1' }
    return this.#bed.call({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  }

  async requestToken(
    url: string,
    clientId: string,
    grant: Record<string, string>,
    extensions?: JsonObject,
  ): Promise<CallResponse> {
    const iat = nowS()
    const times = { nbf: iat, exp: iat + 300, iat }
    const claims = { ...times, iss: clientId, aud: url, jti: uniqueId(), sub: clientId }
    const form = {
      client_assertion_type: JWT_BEARER,
      client_assertion: await this.sign({ ...claims, ...(extensions && { extensions }) }),
      ...grant,
      udap: '1',
    }
    return this.#bed.call({
      method: 'POST',
      url,
      headers: { accept: 'application/json', ...FORM_TYPE },
      body: new URLSearchParams(form).toString(),
    })
  }
}

/** Without regard to a trailing slash, and to case: so it compares a base URL and the iss of signed_metadata. */
export const sameBase = (one: string, other: string): boolean =>
  one.replace(/\/+$/, '').toLowerCase() === other.replace(/\/+$/, '').toLowerCase()
