/** For tests: an app that knows nothing of the testbed's actors, with a certificate of a community that lasts. */

import { createHash, createPrivateKey, randomUUID, X509Certificate } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import type { Server as HttpsServer } from 'node:https'
import { join } from 'node:path'
import { decodeJwt, decodeProtectedHeader, jwtVerify, SignJWT } from 'jose'
import { Agent, fetch, type Response } from 'undici'
import { contextOf } from '../actors/fixture.ts'
import { openServer } from '../actors/listen.ts'
import { actorOf } from '../actors/registry.ts'
import { issueTlsCertificate } from '../certs/tls.ts'
import type { Authority } from '../harness/pki/authority.ts'
import { createAuthority } from '../harness/pki/create.ts'
import { type IssuedCredential, issueLeaf, pemOf } from '../harness/pki/issue.ts'
import { openCase } from '../harness/run/open.ts'
import { memoryStore } from '../harness/state/memory.ts'
import { guide, type PlanOptions, planOf } from '../harness/testbed.ts'
import { projectFolder } from './cli.ts'

/** A community whose certificate authority serves at a port of this machine. */
export async function lastingAuthority(folder: string): Promise<Authority> {
  const { port, close } = await openServer('http')
  await close()
  return createAuthority({
    folder,
    community: 'urn:example:lasting',
    url: `http://localhost:${port}`,
    key: 'ec-p256',
  })
}

export interface Metadata {
  token_endpoint: string
  registration_endpoint: string
  authorization_endpoint: string
  signed_metadata: string
}

export interface WebApp {
  url: string
  start: string
  redirectUri: string
  /** What it goes by from its registration on. */
  metadata?: Metadata
  scope?: string
  aud?: string
  /** Of who signed in last. */
  token?: string
  signedIn?: () => void
  close(): Promise<void>
}

export class ClientUnderTest {
  readonly uri: string
  readonly #credential: IssuedCredential
  readonly #agent: Agent
  clientId = ''

  private constructor(uri: string, credential: IssuedCredential, tlsRoot: string) {
    this.uri = uri
    this.#credential = credential
    this.#agent = new Agent({
      connect: {
        ca: tlsRoot,
        // Node does not resolve *.localhost.
        lookup: (_host, options, callback) => {
          if (options.all) callback(null, [{ address: '127.0.0.1', family: 4 }])
          else callback(null, '127.0.0.1', 4)
        },
      },
    })
  }

  static async of(authority: Authority, uri: string): Promise<ClientUnderTest> {
    const wanted = { uris: [uri], name: 'App under test', key: 'rsa-2048' as const, profile: 'leaf' }
    return new ClientUnderTest(uri, await issueLeaf(authority, wanted), authority.tlsRoot.certificate)
  }

  fetch(url: string, options: NonNullable<Parameters<typeof fetch>[1]> = {}): Promise<Response> {
    return fetch(url, { redirect: 'manual', ...options, dispatcher: this.#agent })
  }

  /** @throws when the signature of what it finds is not that of the certificate beside it */
  async discover(url: string, { isCareful = true } = {}): Promise<Metadata> {
    const metadata = (await (await this.fetch(url)).json()) as Metadata
    const { x5c = [] } = decodeProtectedHeader(metadata.signed_metadata)
    const { publicKey } = new X509Certificate(Buffer.from(x5c[0]!, 'base64'))
    if (isCareful) await jwtVerify(metadata.signed_metadata, publicKey)
    return { ...metadata, ...decodeJwt<Metadata>(metadata.signed_metadata) }
  }

  async register({ registration_endpoint: url }: Metadata, claims: object): Promise<Response> {
    const software_statement = await this.#signed({ iss: this.uri, sub: this.uri, aud: url, ...claims })
    const body = JSON.stringify({ software_statement, udap: '1' })
    const answer = await this.fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    const said = (await answer.json()) as { client_id?: string }
    this.clientId = said.client_id ?? ''
    return answer
  }

  /** @returns the access token */
  async token(
    { token_endpoint: url }: Metadata,
    grant: Record<string, string>,
    extensions?: object,
  ): Promise<string> {
    const about = { iss: this.clientId, sub: this.clientId, aud: url, ...(extensions && { extensions }) }
    const form = new URLSearchParams({
      ...grant,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await this.#signed(about),
      udap: '1',
    })
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const answer = await this.fetch(url, { method: 'POST', headers, body: form.toString() })
    return ((await answer.json()) as { access_token: string }).access_token
  }

  async read(url: string, token: string): Promise<Response> {
    const answer = await this.fetch(url, { headers: { authorization: `Bearer ${token}` } })
    await answer.text()
    return answer
  }

  /** Serves `/start`, which sends a browser to the server, and `/callback`, where it trades the code at once. */
  async serve(authority: Authority): Promise<WebApp> {
    const open = await openServer('https')
    const { chain, key } = await issueTlsCertificate(authority.tlsRoot, ['app.localhost'])
    const server = open.server as HttpsServer
    server.setSecureContext({ cert: chain, key })
    const url = `https://app.localhost:${open.port}`
    const web: WebApp = { url, start: `${url}/start`, redirectUri: `${url}/callback`, close: open.close }
    const verifier = randomUUID() + randomUUID()
    server.on('request', async (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '', url)
      const { metadata, scope = '' } = web
      if (pathname === '/start' && metadata) {
        const location = new URL(metadata.authorization_endpoint)
        location.search = new URLSearchParams({
          response_type: 'code',
          client_id: this.clientId,
          redirect_uri: web.redirectUri,
          scope,
          state: randomUUID(),
          aud: web.aud ?? '',
          code_challenge: createHash('sha256').update(verifier).digest('base64url'),
          code_challenge_method: 'S256',
        }).toString()
        response.writeHead(302, { location: location.href }).end()
        return
      }
      const code = searchParams.get('code')
      if (pathname === '/callback' && metadata && code !== null) {
        const grant = { grant_type: 'authorization_code', code, redirect_uri: web.redirectUri }
        web.token = await this.token(metadata, { ...grant, code_verifier: verifier })
        web.signedIn?.()
      }
      response.writeHead(200, { 'content-type': 'text/html' }).end('<title>App</title><h1>Welcome</h1>')
    })
    return web
  }

  close(): Promise<void> {
    return this.#agent.close()
  }

  #signed(claims: object): Promise<string> {
    const { key, chain } = this.#credential
    const x5c = chain.map((der) => der.toString('base64'))
    return new SignJWT({ ...claims, jti: randomUUID() })
      .setProtectedHeader({ alg: 'RS256', x5c })
      .setIssuedAt()
      .setExpirationTime('4m')
      .sign(createPrivateKey(key))
  }
}

/** A person who is none of the run's: reads the prompt, and walks through the pages in a browser of their own. */
export async function personUnderTest(authority: Authority) {
  const { user } = await import('../actors/user/actor.ts')
  const self = { name: 'me', title: 'Me', username: '', password: '', patients: [], claims: {} }
  const assurance = { identity: 2, authentication: 2 } as const
  const tls = { roots: [authority.tlsRoot.certificate] }
  const context = contextOf('me', { kind: 'user', people: { me: { ...self, assurance } }, tls })
  const started = await user.start(context, { browser: 'http' } as never, { record() {} })
  return {
    signIn: async (url: string, account: string) => {
      const [, username = '', password = ''] = /^Sign in as (\S+), the password (\S+)$/.exec(account) ?? []
      const { stopped } = await started.act('user/sign-in', { url, username, password }, 10_000)
      if (stopped) throw new Error(stopped.message)
    },
    close: () => started.stop(),
  }
}

const HOLDER = `
scenario: 1
name: A data holder of somebody else
actors:
  ca: { kind: certificate-authority }
  holder: { kind: data-holder, with: { grants: [client_credentials], data: scenarios/data/two-patients.json } }
steps:
  - { id: never, await: { hop: { to: holder } } }
`

/** A data holder that runs by itself, with a certificate of that community. */
export async function holderUnderTest(
  authority: Authority,
  folder: string,
  serve: { url: string; port: number },
) {
  const wanted = { uris: [serve.url], name: 'Holder', key: 'rsa-2048' as const, profile: 'leaf' }
  const credential = await issueLeaf(authority, wanted)
  const certificate = { file: join(folder, 'holder.pem'), key: join(folder, 'holder.key') }
  writeFileSync(certificate.file, pemOf(credential))
  writeFileSync(certificate.key, credential.key, { mode: 0o600 })
  const anchors = [authority.root.certificate.toString('base64')]
  const systems: PlanOptions['systems'] = {
    ca: { url: authority.url, anchors },
    holder: { certificate, serve },
  }
  const read = (file: string) => readFileSync(join(projectFolder, file), 'utf8')
  const made = await planOf([{ path: 'holder.yaml', text: HOLDER }], { systems }, {}, read)
  if ('problems' in made) throw new Error(JSON.stringify(made.problems))
  const [planCase] = made.plan.cases
  if (planCase?.skip) throw new Error(planCase.skip)
  return openCase(planCase!, {
    actorOf,
    versions: guide().versions,
    image: '',
    folder,
    authority: authority.folder,
    memory: { state: memoryStore(), life: 1, clockOffsetMs: 0 },
  })
}
