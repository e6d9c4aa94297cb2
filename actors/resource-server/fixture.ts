/** For tests: a stub of an authorization server, and a resource server that takes its tokens. */
import { createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { exportJWK, type JWK } from 'jose'
import type { KeyAlgorithm } from '../../certs/keys.ts'
import type { JsonObject } from '../../wire/json.ts'
import type { Context, Credential, Peer, StartedActor } from '../actor.ts'
import { contextOf, parametersOf } from '../fixture.ts'
import type { Bed } from '../fixture-bed.ts'
import type { Community } from '../fixture-community.ts'
import { keyFor, signJwt } from '../fixture-keys.ts'
import { resourceServer } from './actor.ts'

export const twoPatients = JSON.parse(
  readFileSync(new URL('../../scenarios/data/two-patients.json', import.meta.url), 'utf8'),
) as JsonObject

/** Says what it is told to say, and signs what it is told to sign. */
export interface AuthorizationStub {
  peer: Peer
  /** Set to change an answer; undefined answers 500. */
  metadata: JsonObject | undefined
  jwks: { keys: JWK[] } | undefined
  /** Answers to a POST, by path. */
  answers: Record<string, { status: number; body: unknown }>
  /** Paths that were asked for, in order. */
  asked: string[]
  /** An access token for the resource server; a claim or header that is undefined is left out. */
  token(
    audience: string,
    claims?: Record<string, unknown>,
    header?: Record<string, unknown>,
    key?: string,
  ): Promise<string>
}

export async function startAuthorizationStub(bed: Bed): Promise<AuthorizationStub> {
  const key = await keyFor('access tokens')
  const jwk = { ...(await exportJWK(createPublicKey(key))), kid: 'k1', alg: 'RS256', use: 'sig' }
  const url = await bed.serve('as', (app) => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
    app.get('/*', async (request, reply) => {
      stub.asked.push(request.url)
      const body = request.url === '/jwks' ? stub.jwks : stub.metadata
      return body ? reply.send(body) : reply.code(500).send({})
    })
    app.post('/*', async (request, reply) => {
      const { status, body } = stub.answers[request.url] ?? { status: 404, body: {} }
      return reply.code(status).type('application/json').send(JSON.stringify(body))
    })
  })
  const stub: AuthorizationStub = {
    peer: {
      kind: 'authorization-server',
      url,
      endpoints: {
        metadata: `${url}/.well-known/oauth-authorization-server`,
        jwks: `${url}/jwks`,
        registration: `${url}/register`,
        token: `${url}/token`,
        introspection: `${url}/introspect`,
      },
      links: {},
    },
    metadata: {
      issuer: url,
      grant_types_supported: ['client_credentials'],
      scopes_supported: ['system/Patient.rs', 'system/Observation.rs'],
      token_endpoint_auth_signing_alg_values_supported: ['RS256', 'ES256'],
    },
    jwks: { keys: [jwk] },
    answers: {},
    asked: [],
    async token(audience, claims = {}, header = {}, other = key) {
      const iat = Math.floor(Date.now() / 1000)
      const all = {
        iss: url,
        aud: audience,
        iat,
        exp: iat + 300,
        scope: 'system/*.rs',
        sub: 'c',
        client_id: 'c',
        ...claims,
      }
      return signJwt(other, { typ: 'at+jwt', kid: 'k1', ...header }, all)
    },
  }
  return stub
}

export interface ServerOptions {
  spec?: Context['spec']
  communities: Community[]
  algorithm?: KeyAlgorithm
  policy?: JsonObject
  /** Two patients when left out. */
  data?: JsonObject | JsonObject[]
  metadata?: Record<string, JsonObject>
}

/** Started, with its credentials, and as others in the case see it. */
export interface ResourceServer extends StartedActor {
  credentials: Credential[]
  peer: Peer
}

export async function startResourceServer(
  bed: Bed,
  authorization: AuthorizationStub,
  options: ServerOptions,
): Promise<ResourceServer> {
  const { spec = parametersOf('2.0.0'), communities, algorithm = 'rsa-2048', policy = {} } = options
  const { data = twoPatients, metadata } = options
  const place = await bed.open('fhir', resourceServer)
  const url = `https://fhir-c1.localhost:${place.port}/fhir`
  const credentials = await Promise.all(
    communities.map((one) => one.issue([url], `fhir ${one.uri} ${algorithm}`, algorithm)),
  )
  const peer: Peer = { kind: 'resource-server', url, endpoints: {}, links: { tokensFrom: 'as' } }
  const context = contextOf('fhir', {
    kind: 'resource-server',
    url,
    peers: { fhir: peer, as: authorization.peer },
    credentials,
    tls: await bed.tls(['fhir-c1.localhost']),
    spec,
    policy,
  })
  return { ...(await place.start(context, { data, ...(metadata && { metadata }) })), credentials, peer }
}
