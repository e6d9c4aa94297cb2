/** What Inferno's UDAP Security Test Kit 0.12 sends as a client: its server suite, written against STU 1. */
import { randomBytes } from 'node:crypto'
import type { Credential } from '../../actors/actor.ts'
import { FORM_TYPE } from '../../actors/authorization-server/fixture.ts'
import type { CallResponse } from '../../actors/call.ts'
import type { Bed } from '../../actors/fixture-bed.ts'
import { signJwt } from '../../actors/fixture-keys.ts'
import type { JsonObject } from '../../wire/json.ts'
import { JWT_BEARER } from '../../wire/oauth.ts'

/** Of a local install, as its compose file starts it. */
export const REDIRECT_URI = 'http://localhost/custom/udap_security/redirect'
export const V1_SCOPES = 'launch/patient openid fhirUser offline_access patient/*.read'

export type Grant = 'authorization_code' | 'client_credentials'

export class Inferno {
  readonly #bed: Bed
  readonly #credential: Credential
  constructor(bed: Bed, credential: Credential) {
    this.#bed = bed
    this.#credential = credential
  }

  /** `x5c` is what the tester pasted; nothing is added to it. */
  sign(claims: object, key = this.#credential.key): Promise<string> {
    return signJwt(key, { x5c: this.#credential.chain }, claims)
  }

  statement(aud: string, grant: Grant, scope: string, iss = this.#credential.uris[0]!): JsonObject {
    const code = { redirect_uris: [REDIRECT_URI], response_types: ['code'] }
    return {
      ...fiveMinutes(),
      iss,
      sub: iss,
      aud,
      client_name: `Inferno UDAP ${grant === 'authorization_code' ? 'Authorization Code' : 'Client Credentials'} Test Client`,
      ...(grant === 'authorization_code' && code),
      contacts: ['mailto:inferno@groups.mitre.org'],
      logo_uri: 'https://inferno-framework.github.io/assets/inferno_logo.png',
      grant_types: [grant],
      token_endpoint_auth_method: 'private_key_jwt',
      scope,
    }
  }

  register(url: string, software_statement: string): Promise<CallResponse> {
    return this.#bed.call({
      method: 'POST',
      url,
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      body: JSON.stringify({ software_statement, certifications: [], udap: '1' }),
    })
  }

  /** In the client credentials flow its `extensions` are JSON in a string, and there is no `scope`. */
  async requestToken(url: string, clientId: string, code?: string): Promise<CallResponse> {
    const b2b = {
      version: '1',
      subject_name: 'UDAP Test Kit',
      organization_name: 'Inferno Framework',
      organization_id: 'https://inferno-framework.github.io/',
      purpose_of_use: ['SYSDEV'],
    }
    const assertion = await this.sign({
      ...fiveMinutes(),
      iss: clientId,
      sub: clientId,
      aud: url,
      ...(code === undefined && { extensions: JSON.stringify({ 'hl7-b2b': b2b }) }),
    })
    const grant =
      code === undefined
        ? { grant_type: 'client_credentials' }
        : { grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI }
    const form = { ...grant, client_assertion_type: JWT_BEARER, client_assertion: assertion, udap: '1' }
    return this.#bed.call({
      method: 'POST',
      url,
      headers: { accept: 'application/json', ...FORM_TYPE },
      body: new URLSearchParams(form).toString(),
    })
  }
}

function fiveMinutes(): JsonObject {
  const iat = Math.floor(Date.now() / 1000)
  return { iat, exp: iat + 300, jti: randomBytes(32).toString('hex') }
}
