/**
 * oidc-provider as it comes from npm, behind a server of its own, with the thin layer that makes it an identity
 * provider of a UDAP community: metadata, registration by software statement, certificates in ID tokens. Nothing of
 * ours is in it but the certificate that it is given, and the store in memory.
 */
import { createPrivateKey, createPublicKey, randomUUID, X509Certificate } from 'node:crypto'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { CompactSign, compactVerify, decodeJwt, decodeProtectedHeader, type JWTPayload } from 'jose'
import OidcProvider from 'oidc-provider'
import { adapterFor } from '../oidc-adapter.ts'

export interface Certificate {
  /** PEM. */
  key: string
  /** Base64 DER, leaf first, without the root. */
  chain: string[]
}

export interface OidcIdp {
  url: string
  /** Shown in what it signs; to be set before it is asked anything. */
  certificate: Certificate
  community: string
  /** Base64 DER: whose clients may register. Anybody's when empty. */
  anchors: string[]
  /** Does it put its certificate into its ID tokens? */
  withX5c: boolean
  /** By client_id, as oidc-provider reads them. */
  clients: Map<string, object>
  close(): Promise<void>
}

const SCOPES = ['openid', 'udap', 'profile', 'email']

/** @param tls PEM, of the host that `hostname` names */
export async function startOidcIdp(
  hostname: string,
  tls: { cert: string; key: string },
  settings: Pick<OidcIdp, 'community' | 'anchors'>,
): Promise<OidcIdp> {
  let handle: RequestListener = () => {}
  const server = createServer(tls, (request, response) => handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const idp: OidcIdp = {
    ...settings,
    url: `https://${hostname}:${port}`,
    certificate: { key: '', chain: [] },
    withX5c: true,
    clients: new Map(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  let provider: RequestListener | undefined
  handle = (request, response) => {
    // Its keys are those of its certificate, which comes when its URL is known.
    provider ??= providerOf(idp).callback()
    const { pathname, searchParams } = new URL(request.url ?? '/', idp.url)
    if (pathname === '/.well-known/udap') void metadata(idp, searchParams, response)
    else if (pathname === '/udap/register' && request.method === 'POST') void register(idp, request, response)
    else provider(request, response)
  }
  return idp
}

function providerOf(idp: OidcIdp): OidcProvider {
  const jwk = createPrivateKey(idp.certificate.key).export({ format: 'jwk' })
  const provider = new OidcProvider(idp.url, {
    adapter: adapterFor(idp.clients),
    clientAuthMethods: ['private_key_jwt'],
    scopes: SCOPES,
    claims: { profile: ['name'], email: ['email'] },
    jwks: { keys: [{ ...jwk, kid: 'k1', alg: 'RS256', use: 'sig' }] },
    cookies: { keys: ['a key of the cookies'] },
    // Whoever is asked for exists, and is called what they typed.
    findAccount: (_ctx: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, name: id, email: `${id}@example.com` }),
    }),
    ttl: {
      AccessToken: 300,
      AuthorizationCode: 60,
      Grant: 600,
      IdToken: 300,
      Interaction: 600,
      Session: 600,
    },
  })
  provider.use(async (ctx, next) => {
    await next()
    if (ctx.oidc?.route !== 'token') return
    // RFC 6749 5.1 wants it beside Cache-Control.
    ctx.set('pragma', 'no-cache')
    if (isTokens(ctx.body)) ctx.body.id_token = await asUdap(idp, ctx.body.id_token)
  })
  return provider
}

const isTokens = (body: unknown): body is { id_token: string } =>
  typeof body === 'object' && body !== null && 'id_token' in body

/** UDAP Tiered OAuth 4.3: acr and amr; guide 7.1: x5c, jti. */
function asUdap({ certificate: { key, chain }, withX5c }: OidcIdp, idToken: string): Promise<string> {
  if (!withX5c) return Promise.resolve(idToken)
  const levels = { acr: 'http://udap.org/ial1', amr: ['http://udap.org/aal1'] }
  const claims = { ...decodeJwt(idToken), ...levels, jti: randomUUID() }
  return signed(key, { ...decodeProtectedHeader(idToken), alg: 'RS256', x5c: chain }, claims)
}

const signed = (key: string, header: { alg: 'RS256'; x5c: string[] }, claims: object): Promise<string> =>
  new CompactSign(Buffer.from(JSON.stringify(claims))).setProtectedHeader(header).sign(createPrivateKey(key))

/** 204 to another community than its own (guide, Discovery 2.4). */
async function metadata(idp: OidcIdp, query: URLSearchParams, response: ServerResponse): Promise<void> {
  const asked = query.get('community')
  if (asked !== null && asked !== idp.community) return void response.writeHead(204).end()
  const { url, certificate } = idp
  const endpoints = {
    authorization_endpoint: `${url}/auth`,
    token_endpoint: `${url}/token`,
    registration_endpoint: `${url}/udap/register`,
  }
  const iat = Math.floor(Date.now() / 1000)
  const claims = { iss: url, sub: url, iat, exp: iat + 3600, jti: randomUUID(), ...endpoints }
  answer(response, 200, {
    udap_versions_supported: ['1'],
    udap_profiles_supported: ['udap_dcr', 'udap_authn', 'udap_to'],
    udap_authorization_extensions_supported: [],
    udap_certifications_supported: [],
    grant_types_supported: ['authorization_code'],
    scopes_supported: SCOPES,
    ...endpoints,
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ['RS256'],
    registration_endpoint_jwt_signing_alg_values_supported: ['RS256'],
    signed_metadata: await signed(certificate.key, { alg: 'RS256', x5c: certificate.chain }, claims),
  })
}

function answer(response: ServerResponse, status: number, body: object): void {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store', pragma: 'no-cache' }
  response.writeHead(status, headers).end(JSON.stringify(body))
}

async function register(idp: OidcIdp, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const { software_statement, udap } = JSON.parse(await text(request))
    if (udap !== '1') throw new Error('udap must be 1')
    const { claims, publicKey } = await believed(idp, String(software_statement))
    // Not contacts: it knows email addresses there, and no URIs.
    const { client_name, redirect_uris, grant_types, response_types, scope, logo_uri } = claims
    const client_id = randomUUID()
    const metadata = { client_name, redirect_uris, grant_types, response_types, scope, logo_uri }
    const registered = { client_id, ...metadata, token_endpoint_auth_method: 'private_key_jwt' }
    // The key of the certificate is the key of the client.
    const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), use: 'sig' }] }
    idp.clients.set(client_id, { ...registered, jwks })
    answer(response, 201, { software_statement, contacts: claims.contacts, ...registered })
  } catch (error) {
    const error_description = (error as Error).message
    answer(response, 400, { error: 'invalid_software_statement', error_description })
  }
}

async function believed({ url, anchors }: OidcIdp, statement: string) {
  const { x5c = [] } = decodeProtectedHeader(statement)
  const chain = x5c.map((der) => new X509Certificate(Buffer.from(der, 'base64')))
  const [leaf] = chain
  if (!leaf) throw new Error('there is no x5c')
  const { payload } = await compactVerify(statement, leaf.publicKey)
  const claims = JSON.parse(Buffer.from(payload).toString()) as JWTPayload
  if (!leaf.subjectAltName?.split(', ').includes(`URI:${claims.iss}`))
    throw new Error('iss is not in the certificate')
  if (claims.iss !== claims.sub || claims.aud !== `${url}/udap/register`)
    throw new Error('sub or aud is wrong')
  if (Number(claims.exp) * 1000 < Date.now()) throw new Error('it has expired')
  const roots = anchors.map((der) => new X509Certificate(Buffer.from(der, 'base64')))
  if (roots.length > 0 && !leadsTo(roots, chain)) throw new Error('its certificate is not trusted')
  return { claims, publicKey: createPublicKey(leaf.publicKey.export({ type: 'spki', format: 'pem' })) }
}

/** Each is issued by the next one, the last by an anchor. */
const leadsTo = (roots: X509Certificate[], chain: X509Certificate[]): boolean =>
  chain.every((one, at) =>
    (at + 1 < chain.length ? [chain[at + 1]!] : roots).some(
      (issuer) => issuer.ca && one.checkIssued(issuer) && one.verify(issuer.publicKey),
    ),
  )
