/** oidc-provider behind node:https, with the little of UDAP that a data holder needs to register with it. */
import { createPrivateKey, randomUUID, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { json } from 'node:stream/consumers'
import { compactVerify, decodeJwt, decodeProtectedHeader, SignJWT } from 'jose'
import OidcProvider from 'oidc-provider'
import { adapterFor } from '../../oidc-adapter.ts'

const { ISSUER: url = '', PORT, TROUBLE, FRIEND } = process.env
const read = (path: string) => readFileSync(path, 'utf8')
const certificatesIn = (path: string) =>
  (read(path).match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map(
    (pem) => new X509Certificate(pem),
  )

console.log(`An identity provider for ${url}`)
if (TROUBLE === 'dies at its start') {
  console.error('no room for keys')
  process.exit(3)
}
const settings = JSON.parse(read('/settings/metadata.json'))
const key = createPrivateKey(read('/certificates/udap.key'))
const x5c = certificatesIn('/certificates/udap.pem').map(({ raw }) => raw.toString('base64'))
const anchors = certificatesIn('/certificates/anchors.pem')
const clients = new Map<string, object>()

const provider = new OidcProvider(url, {
  adapter: adapterFor(clients),
  clientAuthMethods: ['private_key_jwt'],
  scopes: ['openid', 'udap'],
  jwks: { keys: [{ ...key.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256', use: 'sig' }] },
  cookies: { keys: [randomUUID()] },
  // Whoever is asked for exists, and is called what they typed.
  findAccount: (_ctx: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id }) }),
  ttl: {
    AccessToken: 300,
    AuthorizationCode: 60,
    Grant: 600,
    IdToken: 300,
    Interaction: 600,
    Session: 600,
  },
})
// What the guide wants of an ID token and oidc-provider has no setting for.
provider.use(async (ctx, next) => {
  await next()
  const { body } = ctx
  if (ctx.oidc?.route !== 'token' || !isTokens(body)) return
  ctx.set('pragma', 'no-cache')
  const levels = { acr: 'http://udap.org/ial2', amr: ['http://udap.org/aal2'], jti: randomUUID() }
  const signed = new SignJWT({ ...decodeJwt(body.id_token), ...levels })
  body.id_token = await signed.setProtectedHeader({ alg: 'RS256', x5c }).sign(key)
})

const isTokens = (body: unknown): body is { id_token: string } =>
  typeof body === 'object' && body !== null && 'id_token' in body

/** The key of the certificate is the key of the client. */
async function register(statement: string): Promise<object> {
  const sent = decodeProtectedHeader(statement).x5c as string[]
  const chain = sent.map((one) => new X509Certificate(Buffer.from(one, 'base64')))
  for (const [i, one] of chain.entries()) {
    const issuers = i + 1 < chain.length ? [chain[i + 1]!] : anchors
    if (!issuers.some(({ publicKey }) => one.verify(publicKey))) throw new Error(`who issued ${one.subject}?`)
  }
  const { publicKey } = chain[0]!
  await compactVerify(statement, publicKey)
  // Whoever registers is where it says, by the TLS root that this was given.
  const friend = await fetch(`${FRIEND}/.well-known/udap`)
  if (friend.status !== 200) throw new Error(`${FRIEND} answers ${friend.status}`)
  const { client_name, redirect_uris, grant_types, response_types, scope, logo_uri } = decodeJwt(statement)
  const asked = { client_name, redirect_uris, grant_types, response_types, scope, logo_uri }
  const client = { client_id: randomUUID(), ...asked, token_endpoint_auth_method: 'private_key_jwt' }
  const jwk = publicKey.export({ format: 'jwk' })
  clients.set(client.client_id, { ...client, jwks: { keys: [{ ...jwk, use: 'sig' }] } })
  return { ...client, software_statement: statement }
}

async function metadata(): Promise<object> {
  const { authorization_endpoint, token_endpoint, registration_endpoint } = settings
  const signed = new SignJWT({ authorization_endpoint, token_endpoint, registration_endpoint })
    .setProtectedHeader({ alg: 'RS256', x5c })
    .setIssuer(url)
    .setSubject(url)
    .setIssuedAt()
    .setExpirationTime('1h')
    .setJti(randomUUID())
  return { ...settings, signed_metadata: await signed.sign(key) }
}

const server = createServer(
  { pfx: readFileSync('/certificates/tls.p12'), passphrase: 'changeit' },
  async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', url)
    const answer = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (pathname === '/ready') return answer(TROUBLE === 'is never ready' ? 503 : 200, {})
    if (pathname === '/token' && TROUBLE === 'dies in the middle') {
      console.error('the database is gone')
      process.exit(7)
    }
    if (pathname === '/.well-known/udap') return answer(200, await metadata())
    if (pathname !== '/udap/register') return provider.callback()(request, response)
    const { software_statement } = (await json(request)) as { software_statement: string }
    return answer(201, await register(software_statement))
  },
)
server.listen(Number(PORT), () => console.log('Listening'))
