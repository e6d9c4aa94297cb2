/** For tests: communities with a real certificate authority, a stub of an authorization server, a resource server. */
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { CompactSign, exportJWK, type JWK } from 'jose'
import { generateKey, type KeyAlgorithm } from '../../certs/keys.ts'
import { createTlsRoot, issueTlsCertificate } from '../../certs/tls.ts'
import { loadSpec } from '../../spec/load.ts'
import type { Parameters } from '../../spec/types.ts'
import type { Observed } from '../../wire/hop.ts'
import type { JsonObject } from '../../wire/json.ts'
import type { Context, Credential, Host, Peer, StartedActor } from '../actor.ts'
import type { CallRequest, CallResponse } from '../call.ts'
import { certificateAuthority } from '../certificate-authority/actor.ts'
import { contextOf, runtimeOf } from '../fixture.ts'
import { listen, openServer } from '../listen.ts'
import type { Runtime } from '../runtime.ts'
import { resourceServer } from './actor.ts'

export const twoPatients = JSON.parse(
  readFileSync(new URL('../../scenarios/data/two-patients.json', import.meta.url), 'utf8'),
) as JsonObject

/** Parameters of a version, some of them changed. */
export function parametersOf(version: string, change: (parameters: Parameters) => void = () => {}) {
  const found = loadSpec(new URL('../../', import.meta.url)).versions[version]!
  const parameters = structuredClone(found.parameters)
  change(parameters)
  return { version, parameters }
}

const kept = new Map<string, Promise<string>>()
/** One a use for the whole test file: an RSA key takes long. */
export function keyFor(use: string, algorithm: KeyAlgorithm = 'rsa-2048'): Promise<string> {
  const key = kept.get(use) ?? generateKey(algorithm)
  kept.set(use, key)
  return key
}

const kind = { ca: 'certificate-authority', as: 'authorization-server', fhir: 'resource-server' } as const

/** Everything of one case; what is started here ends with close(). */
export class Bed {
  readonly halves: Observed[] = []
  readonly #opened: (() => Promise<void>)[] = []
  readonly #tlsRoot = createTlsRoot()
  #runtime: Runtime | undefined

  async close(): Promise<void> {
    for (const end of this.#opened.splice(0).reverse()) await end()
  }

  async tls(hosts: string[] = []): Promise<Context['tls']> {
    const root = await this.#tlsRoot
    const roots = [root.certificate]
    return hosts.length === 0 ? { roots } : { roots, certificate: await issueTlsCertificate(root, hosts) }
  }

  /** Opens a listener and starts an actor on it. */
  async serve<T>(serves: 'https' | 'http', start: (port: number, host: Host) => Promise<T>): Promise<T> {
    const open = await openServer(serves)
    this.#opened.push(() => open.close())
    return start(open.port, { server: open.server, record: (half) => void this.halves.push(half) })
  }

  keep<T extends { stop(): Promise<void> }>(actor: T): T {
    this.#opened.push(() => actor.stop())
    return actor
  }

  /** A call by somebody outside the case. */
  async call(request: CallRequest): Promise<CallResponse> {
    if (!this.#runtime) {
      this.#runtime = runtimeOf('somebody', { context: { tls: await this.tls() } }).runtime
      this.#opened.unshift(() => this.#runtime!.close())
    }
    return this.#runtime.call(request)
  }
}

export interface Community {
  uri: string
  /** Base64 DER. */
  root: string
  actor: StartedActor
  issue(uris: string[], use: string, algorithm?: KeyAlgorithm): Promise<Credential & { serial: string }>
}

export async function startCommunity(bed: Bed, name = 'north', clockOffsetMs = 0): Promise<Community> {
  const keys = await Promise.all([keyFor(`${name} root`, 'ec-p256'), keyFor(`${name} issuing`, 'ec-p256')])
  const uri = `urn:example:${name}`
  const actor = await bed.serve('http', (port, host) => {
    const url = `http://${name}-c1.localhost:${port}`
    const context = contextOf(name, { kind: kind.ca, url, keys, clockOffsetMs })
    return certificateAuthority.start(context, { community: uri }, host)
  })
  bed.keep(actor)
  return {
    uri,
    root: String(actor.facts.root),
    actor,
    async issue(uris, use, algorithm = 'rsa-2048') {
      const key = await keyFor(use, algorithm)
      const publicKey = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString()
      const { outputs } = await actor.act('ca/issue', { publicKey, uris }, 5000)
      return { community: uri, key, chain: outputs.chain as string[], uris, serial: String(outputs.serial) }
    },
  }
}

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
  const tls = await bed.tls(['as-c1.localhost'])
  return bed.serve('https', async (port, host) => {
    const url = `https://as-c1.localhost:${port}`
    const { runtime } = runtimeOf('as', { context: { url, tls }, server: host.server })
    const stub: AuthorizationStub = {
      peer: {
        kind: kind.as,
        url,
        endpoints: {
          metadata: `${url}/.well-known/oauth-authorization-server`,
          jwks: `${url}/jwks`,
          registration: `${url}/register`,
          token: `${url}/token`,
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
        const iat = runtime.nowS()
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
        return new CompactSign(Buffer.from(JSON.stringify(all)))
          .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: 'k1', ...header })
          .sign(createPrivateKey(other))
      },
    }
    await listen(runtime, (app) => {
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
    bed.keep({ stop: () => runtime.close() })
    return stub
  })
}

export interface ServerOptions {
  spec?: Context['spec']
  data?: JsonObject
  clockOffsetMs?: number
  communities: Community[]
  algorithm?: KeyAlgorithm
  host?: string
}

export async function startResourceServer(
  bed: Bed,
  authorization: AuthorizationStub,
  {
    spec = parametersOf('2.0.0'),
    data = twoPatients,
    clockOffsetMs = 0,
    communities,
    algorithm = 'rsa-2048',
  }: ServerOptions,
): Promise<StartedActor & { credentials: Credential[] }> {
  const tls = await bed.tls(['fhir-c1.localhost'])
  return bed.serve('https', async (port, host) => {
    const url = `https://fhir-c1.localhost:${port}/fhir`
    const credentials = await Promise.all(
      communities.map((one) => one.issue([url], `fhir ${one.uri} ${algorithm}`, algorithm)),
    )
    const own: Peer = { kind: kind.fhir, url, endpoints: {}, links: { tokensFrom: 'as' } }
    const context = contextOf('fhir', {
      kind: kind.fhir,
      url,
      peers: { fhir: own, as: authorization.peer },
      credentials,
      tls,
      spec,
      clockOffsetMs,
    })
    const actor = await resourceServer.start(context, { data }, host)
    bed.keep(actor)
    return Object.assign(actor, { credentials })
  })
}
