/** For tests: a server that lets people in by identity providers, such a provider of plain code, and a browser. */
import { createHash, createPrivateKey, createPublicKey, randomUUID } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import { Value } from 'typebox/value'
import { issueCertificate } from '../../../certs/issue.ts'
import { profile } from '../../../certs/profile.ts'
import type { JsonObject } from '../../../wire/json.ts'
import { decodeJwt } from '../../../wire/jwt.ts'
import type { Actor, Context, Credential, Person } from '../../actor.ts'
import { contextOf } from '../../fixture.ts'
import type { Bed } from '../../fixture-bed.ts'
import type { Community } from '../../fixture-community.ts'
import { keyFor, signJwt } from '../../fixture-keys.ts'
import { authorizationServer } from '../actor.ts'
import { Browser, type Page } from '../authorization/fixture.ts'
import { CODE, register, type Server, signStatement } from '../fixture.ts'

export const REDIRECT_URI = 'https://app.example/callback'
export const SUBJECT = 'the-subject-at-the-provider'
export const VERIFIER = 'a-verifier-of-the-client-that-is-long-enough'

export const BEN: Person = {
  name: 'ben',
  title: 'Ben',
  username: 'ben',
  password: 'secret',
  patients: ['p2'],
  claims: { name: 'Ben' },
  assurance: { identity: 2, authentication: 2 },
}

/** What a test makes wrong: members to add or replace; `undefined` takes one away. */
export interface Wrong {
  metadata?: Record<string, unknown>
  signedMetadata?: Record<string, unknown>
  /** Parameters that the browser brings back. */
  response?: Record<string, string | undefined> | undefined
  header?: Record<string, unknown>
  claims?: Record<string, unknown>
  /** Signs the ID token. */
  key?: string
  /** In the place of the ID token. */
  idToken?: (compact: string, publicKey: string) => string | Promise<string>
  tokens?: Record<string, unknown>
  userinfo?: Record<string, unknown>
  openid?: Record<string, unknown>
  jwk?: Record<string, unknown>
  /** Shows where the browser is to be sent, instead of sending it. */
  hold?: boolean
  /** What a path answers in the place of what it should. */
  instead?: Record<string, (reply: FastifyReply) => unknown>
}

/** An identity provider of plain code. It signs everybody in as SUBJECT and notes what it was asked. */
export class Provider {
  url = ''
  wrong: Wrong = {}
  /** Claims of software statements. */
  readonly registrations: JsonObject[] = []
  /** Their x5c headers. */
  readonly chains: string[][] = []
  readonly asked: URLSearchParams[] = []
  readonly exchanged: URLSearchParams[] = []
  readonly paths: string[] = []
  /** Those that it was asked for. */
  readonly communities: (string | null)[] = []
  credential: Credential | undefined
  #client = ''

  /** It is there under this name from now on. */
  async start(bed: Bed, name: string, community: Community): Promise<this> {
    this.url = await bed.serve(name, (app) => {
      app.removeAllContentTypeParsers()
      app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
      app.addHook('preHandler', async (request, reply) => {
        const path = request.url.split('?')[0]!
        this.paths.push(path)
        const instead = this.wrong.instead?.[path]
        if (instead) await instead(reply)
        return reply.sent || reply.raw.destroyed ? reply : undefined
      })
      app.get('/.well-known/udap', async (request) => {
        this.communities.push(new URL(request.url, this.url).searchParams.get('community'))
        return this.#metadata()
      })
      app.get('/.well-known/openid-configuration', async () => ({
        issuer: this.url,
        jwks_uri: `${this.url}/jwks`,
        userinfo_endpoint: `${this.url}/userinfo`,
        ...this.wrong.openid,
      }))
      app.get('/jwks', async () => ({ keys: [{ ...this.#jwk(), kid: 'k1', ...this.wrong.jwk }] }))
      app.get('/userinfo', async () => ({
        sub: SUBJECT,
        name: 'Ana of the provider',
        ...this.wrong.userinfo,
      }))
      app.post('/register', async (request, reply) => {
        const { software_statement: statement } = JSON.parse(String(request.body))
        const { header, claims } = decodeJwt(statement)!
        this.registrations.push(claims)
        this.chains.push(header.x5c as string[])
        this.#client = `client-${this.registrations.length}`
        return reply.code(201).send({ client_id: this.#client, software_statement: statement })
      })
      app.get('/authorize', async (request, reply) => {
        const asked = new URLSearchParams(request.url.split('?')[1])
        this.asked.push(asked)
        const answer = { code: `code-${this.asked.length}`, state: asked.get('state')!, iss: this.url }
        const parameters = Object.entries({ ...answer, ...this.wrong.response })
        const query = new URLSearchParams(
          parameters.filter((one): one is [string, string] => one[1] !== undefined),
        )
        const url = `${asked.get('redirect_uri')}?${query}`
        return this.wrong.hold ? reply.send(url) : reply.redirect(url)
      })
      app.post('/token', async (request) => {
        this.exchanged.push(new URLSearchParams(String(request.body)))
        return this.#tokens(this.exchanged.at(-1)?.get('code') ?? '')
      })
    })
    this.credential = await community.issue([this.url], name)
    return this
  }

  /** What was wrong, and what it was asked. */
  forget(): void {
    this.wrong = {}
    const { registrations, chains, asked, exchanged, paths, communities } = this
    for (const list of [registrations, chains, asked, exchanged, paths, communities]) list.length = 0
  }

  async #metadata(): Promise<object> {
    const { key, chain } = this.credential!
    const endpoints = {
      authorization_endpoint: `${this.url}/authorize`,
      token_endpoint: `${this.url}/token`,
      registration_endpoint: `${this.url}/register`,
    }
    const iat = nowS()
    const claims = { iss: this.url, sub: this.url, iat, exp: iat + 3600, jti: randomUUID(), ...endpoints }
    return {
      udap_versions_supported: ['1'],
      udap_profiles_supported: ['udap_dcr', 'udap_authn', 'udap_to'],
      udap_authorization_extensions_supported: [],
      udap_certifications_supported: [],
      grant_types_supported: ['authorization_code'],
      scopes_supported: ['openid', 'udap'],
      ...endpoints,
      token_endpoint_auth_methods_supported: ['private_key_jwt'],
      token_endpoint_auth_signing_alg_values_supported: ['RS256'],
      registration_endpoint_jwt_signing_alg_values_supported: ['RS256'],
      signed_metadata: await signJwt(key, { x5c: chain }, { ...claims, ...this.wrong.signedMetadata }),
      ...this.wrong.metadata,
    }
  }

  async #tokens(code: string): Promise<object> {
    const { key, chain } = this.credential!
    const iat = nowS()
    const accessToken = randomUUID()
    const claims = {
      iss: this.url,
      sub: SUBJECT,
      aud: this.#client,
      exp: iat + 60,
      iat,
      auth_time: iat,
      nonce: this.asked[Number(code.slice('code-'.length)) - 1]?.get('nonce'),
      acr: 'http://udap.org/ial2',
      amr: ['http://udap.org/aal2'],
      at_hash: createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url'),
      jti: randomUUID(),
      ...this.wrong.claims,
    }
    const header = { x5c: chain, ...this.wrong.header }
    const compact = await signJwt(this.wrong.key ?? key, header, claims)
    const publicKey = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString()
    return {
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: 300,
      id_token: (await this.wrong.idToken?.(compact, publicKey)) ?? compact,
      ...this.wrong.tokens,
    }
  }

  #jwk(): object {
    return createPublicKey(createPrivateKey(this.credential!.key)).export({ format: 'jwk' })
  }
}

/** Base64 DER. */
export async function selfSigned(key: string, uri: string): Promise<string> {
  const issuer = createPrivateKey(key)
  const subject = {
    publicKey: createPublicKey(issuer),
    commonName: 'Nobody issued this',
    names: { uri: [uri] },
  }
  const wanted = profile('self-signed')
  const der = await issueCertificate({ profile: wanted, subject, issuer: { key: issuer }, at: new Date() })
  return der.toString('base64')
}

const nowS = () => Math.floor(Date.now() / 1000)

export interface Holder extends Server {
  /** At the holder. */
  clientId: string
  /** Of the client. */
  credential: Credential
}

export interface HolderOptions {
  /** In the place of an authorization server alone. */
  actor?: Actor
  with?: Record<string, unknown>
  /** Leaves it out of `with`. */
  without?: 'tiered'
  context?: Partial<Context>
  /** More communities that it trusts and has a certificate of. */
  also?: Community[]
}

/** Lets in whom `providers` name SUBJECT, as Ana, and Ben by his password when `users` has him. */
export async function startHolder(
  bed: Bed,
  community: Community,
  providers: Record<string, string>,
  more: HolderOptions = {},
): Promise<Holder> {
  const { actor = authorizationServer as Actor } = more
  const communities = [community, ...(more.also ?? [])]
  const place = await bed.open('as', actor)
  const url = `https://as-c1.localhost:${place.port}`
  const peers = Object.entries(providers).map(([name, provider]) => [
    name,
    { kind: 'identity-provider', url: provider, endpoints: {}, links: {} },
  ])
  const context = contextOf('as', {
    kind: 'authorization-server',
    url,
    peers: Object.fromEntries(peers),
    people: { ben: BEN },
    credentials: await Promise.all(communities.map((one) => one.issue([url], `holder in ${one.uri}`))),
    anchors: communities.map(({ uri, root }) => ({ community: uri, certificates: [root] })),
    keys: [await keyFor('server')],
    tls: await bed.tls(['as-c1.localhost']),
    policy: { revocation: 'off' },
    ...more.context,
  })
  const said = {
    grants: ['authorization_code'],
    scopes: ['udap', 'patient/Patient.rs'],
    ...(more.without ? {} : { tiered: { onFailure: 'reject' } }),
    links: Object.keys(providers).map((idp) => ({ idp, sub: SUBJECT, patient: 'p1' })),
    ...more.with,
  }
  const server: Server = {
    actor: await place.start(context, Value.Parse(actor.with, Value.Default(actor.with, said)) as JsonObject),
    url,
    call: ({ path, ...request }) => bed.call({ ...request, url: `${url}${path}` }),
  }
  const credential = await community.issue(['https://app.example'], 'client')
  const claims = { ...CODE, redirect_uris: [REDIRECT_URI], scope: 'udap patient/Patient.rs' }
  const answer = await register(server, await signStatement(server, credential, { claims }))
  return { ...server, credential, clientId: (answer.json() as { client_id: string }).client_id }
}

/** What an app sends a browser to. */
export function authorizationUrl(
  { url, clientId }: Pick<Holder, 'url' | 'clientId'>,
  idp: string,
  more: Record<string, string> = {},
): string {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: REDIRECT_URI,
    scope: 'udap patient/Patient.rs',
    state: 'state-of-the-app',
    code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
    code_challenge_method: 'S256',
    idp,
    ...more,
  })
  return `${url}/authorize?${query}`
}

/** Where a browser has arrived, and what the app got, if it was reached. */
export interface End extends Page {
  status: number
  parameters: Record<string, string>
}

/** Goes where they are sent, and presses what they are shown. */
export class Visitor {
  readonly #browser: Browser
  constructor(bed: Bed) {
    this.#browser = new Browser(bed)
  }

  async open(url: string): Promise<End> {
    return endOf(await this.#browser.open(url))
  }

  async press(button: string, page: Page, fields: Record<string, string> = {}): Promise<End> {
    return endOf(await this.#browser.submit(page, fields, button))
  }
}

function endOf(page: Page): End {
  const parameters = Object.fromEntries(page.left?.searchParams ?? [])
  return { ...page, status: page.answer.status, parameters }
}
