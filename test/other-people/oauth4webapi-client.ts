/**
 * A client app that is not ours, made of oauth4webapi and jose: it learns, registers, lets a person authorize it and
 * reads her data when a browser opens /start. Nothing of ours is in it.
 */
import { createPrivateKey, randomUUID, X509Certificate } from 'node:crypto'
import { createServer, type Server } from 'node:https'
import type { AddressInfo, LookupFunction } from 'node:net'
import { compactVerify, decodeProtectedHeader, SignJWT } from 'jose'
import * as oauth from 'oauth4webapi'
import { Agent, fetch } from 'undici'

export interface Settings {
  hostname: string
  /** PEM, of that host. */
  tls: { cert: string; key: string }
  /** PEM: whose servers it talks to. */
  tlsRoots: string[]
  /** Base64 DER: whose signed metadata it believes. */
  anchors: string[]
  scope: string
  /** What it reads when it has a token, below the FHIR base URL. */
  reads: string[]
}

/** RFC 6761 6.3. */
const toLoopback: LookupFunction = (_host, options, callback) => {
  if (options.all) callback(null, [{ address: '127.0.0.1', family: 4 }])
  else callback(null, '127.0.0.1', 4)
}

type Http = { [oauth.customFetch]: (url: string, options: object) => Promise<Response> }

export class OauthApp {
  /** To be set before it begins. */
  certificate: { key: string; chain: string[] } = { key: '', chain: [] }
  readonly url: string
  /** What it read; of each the status. Rejected by whatever it does not put up with. */
  readonly done: Promise<number[]>
  readonly #settings: Settings
  readonly #server: Server
  readonly #agent: Agent
  readonly #http: Http
  #finish: (statuses: number[]) => void = () => {}
  #fail: (error: unknown) => void = () => {}
  #as!: oauth.AuthorizationServer
  #client!: oauth.Client
  #base = ''
  #asked: { verifier: string; state: string; nonce: string } | undefined

  static async start(settings: Settings): Promise<OauthApp> {
    const server = createServer(settings.tls)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new OauthApp(settings, server)
  }

  private constructor(settings: Settings, server: Server) {
    const { port } = server.address() as AddressInfo
    this.url = `https://${settings.hostname}:${port}`
    this.#settings = settings
    this.#server = server
    this.#agent = new Agent({ connect: { ca: settings.tlsRoots, lookup: toLoopback } })
    this.#http = { [oauth.customFetch]: (url, options) => this.#fetch(url, options) }
    this.done = new Promise((resolve, reject) => {
      this.#finish = resolve
      this.#fail = reject
    })
    this.done.catch(() => {})
    server.on('request', async (request, response) => {
      const { pathname, href } = new URL(request.url ?? '/', this.url)
      if (pathname === '/start') {
        response.writeHead(302, { location: await this.#authorizationUrl() }).end()
      } else if (pathname === '/callback') {
        response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Thank you</h1>')
        this.#goOn(new URL(href)).then(this.#finish, this.#fail)
      } else response.writeHead(404).end()
    })
  }

  /** Learns about this FHIR server, and registers there. */
  async begin(base: string): Promise<void> {
    this.#base = base
    const metadata = (await (await this.#fetch(`${base}/.well-known/udap`)).json()) as Record<string, string>
    const signed = await this.#believed(String(metadata.signed_metadata))
    const issuer = new URL(base)
    const discovered = await oauth.discoveryRequest(issuer, this.#http)
    const openid = await oauth.processDiscoveryResponse(issuer, discovered)
    const { authorization_endpoint, token_endpoint, registration_endpoint } = signed
    this.#as = { ...openid, authorization_endpoint: authorization_endpoint!, token_endpoint: token_endpoint! }
    this.#client = { client_id: await this.#register(registration_endpoint!) }
  }

  /** Guide, Discovery 2.3: its signature, whom its certificate leads to, and whom it names. */
  async #believed(jwt: string): Promise<Record<string, string>> {
    const chain = decodeProtectedHeader(jwt).x5c!.map(
      (der) => new X509Certificate(Buffer.from(der, 'base64')),
    )
    const { payload } = await compactVerify(jwt, chain[0]!.publicKey, { algorithms: ['RS256'] })
    const claims = JSON.parse(Buffer.from(payload).toString()) as Record<string, string>
    const roots = this.#settings.anchors.map((der) => new X509Certificate(Buffer.from(der, 'base64')))
    const isTrusted = chain.every((one, at) =>
      (at + 1 < chain.length ? [chain[at + 1]!] : roots).some(
        (issuer) => one.checkIssued(issuer) && one.verify(issuer.publicKey),
      ),
    )
    const isNamed = chain[0]!.subjectAltName?.split(', ').includes(`URI:${this.#base}`)
    if (!isTrusted || !isNamed || claims.iss !== this.#base)
      throw new Error('signed_metadata is not to be believed')
    return claims
  }

  async #register(endpoint: string): Promise<string> {
    const statement = await new SignJWT({
      jti: randomUUID(),
      client_name: 'An app made of oauth4webapi',
      redirect_uris: [`${this.url}/callback`],
      contacts: ['mailto:operator@app.example'],
      logo_uri: `${this.url}/logo.png`,
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'private_key_jwt',
      scope: this.#settings.scope,
    })
      .setProtectedHeader({ alg: 'RS256', x5c: this.certificate.chain })
      .setIssuer(this.url)
      .setSubject(this.url)
      .setAudience(endpoint)
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(createPrivateKey(this.certificate.key))
    const answer = await this.#fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ software_statement: statement, udap: '1' }),
    })
    if (answer.status !== 201)
      throw new Error(`registration was answered ${answer.status}: ${await answer.text()}`)
    return ((await answer.json()) as { client_id: string }).client_id
  }

  async #authorizationUrl(): Promise<string> {
    const verifier = oauth.generateRandomCodeVerifier()
    this.#asked = { verifier, state: oauth.generateRandomState(), nonce: oauth.generateRandomNonce() }
    const url = new URL(this.#as.authorization_endpoint!)
    url.search = new URLSearchParams({
      response_type: 'code',
      client_id: this.#client.client_id,
      redirect_uri: `${this.url}/callback`,
      scope: this.#settings.scope,
      state: this.#asked.state,
      nonce: this.#asked.nonce,
      aud: this.#base,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    }).toString()
    return url.href
  }

  async #goOn(back: URL): Promise<number[]> {
    const { verifier, state, nonce } = this.#asked!
    const response = oauth.validateAuthResponse(this.#as, this.#client, back, state)
    const answer = await oauth.authorizationCodeGrantRequest(
      this.#as,
      this.#client,
      await this.#authentication(),
      response,
      `${this.url}/callback`,
      verifier,
      { ...this.#http, additionalParameters: { udap: '1' } },
    )
    const { access_token } = await oauth.processAuthorizationCodeResponse(this.#as, this.#client, answer, {
      expectedNonce: nonce,
      requireIdToken: true,
    })
    await oauth.validateApplicationLevelSignature(this.#as, answer, this.#http)
    const statuses: number[] = []
    for (const path of this.#settings.reads) {
      const headers = new Headers({ accept: 'application/fhir+json' })
      const url = new URL(`${this.#base}/${path}`)
      const read = await oauth.protectedResourceRequest(access_token, 'GET', url, headers, null, this.#http)
      statuses.push(read.status)
    }
    return statuses
  }

  /** private_key_jwt as UDAP has it: the certificate in x5c, the endpoint as aud. */
  async #authentication(): Promise<oauth.ClientAuth> {
    const { key, chain } = this.certificate
    const der = createPrivateKey(key).export({ type: 'pkcs8', format: 'der' })
    const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
    const signing = await crypto.subtle.importKey('pkcs8', new Uint8Array(der), algorithm, false, ['sign'])
    return oauth.PrivateKeyJwt(signing, {
      [oauth.modifyAssertion]: (header, payload) => {
        header.x5c = chain
        payload.aud = this.#as.token_endpoint!
      },
    })
  }

  /** undici's own fetch: the one built into Node cannot use this Agent. */
  async #fetch(url: string, options: object = {}): Promise<Response> {
    const made = { ...options, dispatcher: this.#agent } as Parameters<typeof fetch>[1]
    return (await fetch(url, made)) as unknown as Response
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
    await this.#agent.close()
  }
}
