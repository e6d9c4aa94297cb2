/** For tests: a data holder of plain code that answers what it is told to, and a client that has registered there. */
import { createHash, createPublicKey } from 'node:crypto'
import { exportJWK } from 'jose'
import type { Json, JsonObject } from '../../wire/json.ts'
import type { Peer, StartedActor } from '../actor.ts'
import type { CallResponse } from '../call.ts'
import type { Bed } from '../fixture-bed.ts'
import type { Community } from '../fixture-community.ts'
import { keyFor, signJwt } from '../fixture-keys.ts'
import { CLIENT_URI, type ClientOptions, startClient } from './fixture.ts'

export const REDIRECT_URI = `${CLIENT_URI}/callback`

export interface Holder {
  peer: Peer
  /** By path. */
  answers: Record<string, { status?: number; body: unknown }>
  /** Forms that came to its token endpoint, in order. */
  forms: Record<string, string>[]
  /** Right for client c-1 but for the changes; undefined leaves a claim or header out. */
  idToken(claims?: JsonObject | object, header?: object, key?: string): Promise<string>
}

export async function startHolder(
  bed: Bed,
  community: Community,
  name = 'fhir',
  authorizationPath = '/authorize',
): Promise<Holder> {
  const key = await keyFor('ID tokens')
  const origin = await bed.serve(name, (app) => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
    app.all('/*', async (request, reply) => {
      const [path = ''] = request.url.split('?')
      if (path === '/token') holder.forms.push(Object.fromEntries(new URLSearchParams(String(request.body))))
      const { status = 200, body } = holder.answers[path] ?? { status: 404, body: {} }
      return reply.code(status).type('application/json').send(JSON.stringify(body))
    })
  })
  const endpoints = {
    authorization_endpoint: origin + authorizationPath,
    token_endpoint: `${origin}/token`,
    registration_endpoint: `${origin}/register`,
  }
  const credential = await community.issue([origin], name)
  const iat = Math.floor(Date.now() / 1000)
  const own = { iss: origin, sub: origin, iat, exp: iat + 3600, jti: 'a nonce', ...endpoints }
  const jwk = { ...(await exportJWK(createPublicKey(key))), kid: 'k1', use: 'sig' }
  const holder: Holder = {
    peer: {
      kind: 'data-holder',
      url: origin,
      endpoints: { userinfo: `${origin}/userinfo`, revocation: `${origin}/revoke` },
      links: {},
    },
    forms: [],
    answers: {
      '/.well-known/udap': {
        body: {
          udap_versions_supported: ['1'],
          udap_profiles_supported: ['udap_dcr', 'udap_authn'],
          udap_authorization_extensions_supported: [],
          udap_certifications_supported: [],
          grant_types_supported: ['authorization_code', 'refresh_token'],
          scopes_supported: ['openid', 'patient/*.rs'],
          ...endpoints,
          token_endpoint_auth_methods_supported: ['private_key_jwt'],
          token_endpoint_auth_signing_alg_values_supported: ['RS256'],
          registration_endpoint_jwt_signing_alg_values_supported: ['RS256'],
          signed_metadata: await signJwt(credential.key, { x5c: credential.chain }, own),
        },
      },
      '/.well-known/smart-configuration': {
        body: {
          issuer: origin,
          ...endpoints,
          code_challenge_methods_supported: ['S256'],
          capabilities: ['launch-standalone', 'sso-openid-connect'],
        },
      },
      '/.well-known/openid-configuration': { body: { issuer: origin, jwks_uri: `${origin}/jwks` } },
      '/jwks': { body: { keys: [jwk] } },
      '/register': { status: 201, body: { client_id: 'c-1' } },
      '/token': { body: { access_token: 'a-1', token_type: 'Bearer', expires_in: 300 } },
      '/Patient/p1': { body: { resourceType: 'Patient', id: 'p1' } },
    },
    idToken: (claims = {}, header = {}, other = key) => {
      const now = Math.floor(Date.now() / 1000)
      const all = { iss: origin, sub: 'ana', aud: 'c-1', iat: now, exp: now + 300, ...claims }
      return signJwt(other, { kid: 'k1', ...header }, all)
    },
  }
  return holder
}

export const atHash = (accessToken: string) =>
  createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url')

export interface App extends StartedActor {
  origin: string
  /** A browser that is sent to the app. */
  open(path: string, query?: Record<string, string> | string, method?: string): Promise<CallResponse>
}

export const SCOPE = 'openid offline_access patient/Patient.rs'

/** A client that has discovered and registered everywhere. */
export async function startApp(
  bed: Bed,
  holders: Record<string, Holder>,
  options: Omit<ClientOptions, 'peers'>,
  scope: Json = SCOPE,
): Promise<App> {
  const peers = Object.fromEntries(Object.entries(holders).map(([name, { peer }]) => [name, peer]))
  const client = await startClient(bed, { peers, ...options })
  for (const server of Object.keys(holders)) {
    await client.act('udap/discover', { server }, 10_000)
    const grant_types = ['authorization_code', 'refresh_token']
    await client.act('udap/register', { server, scope, grant_types }, 10_000)
  }
  const origin = `https://app-c1.localhost:${client.port}`
  return {
    ...client,
    origin,
    open: (path, query = '', method = 'GET') =>
      bed.call({ method, url: `${origin}${path}?${new URLSearchParams(query)}` }),
  }
}
