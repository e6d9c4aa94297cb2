/**
 * An identity provider that is not ours signs a person in at our data holder: oidc-provider, which knows nothing of
 * UDAP but the thin layer put around it here.
 */
import { createPrivateKey, randomUUID, X509Certificate } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { compactVerify } from 'jose'
import OidcProvider from 'oidc-provider'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { Actor, Credential } from '../actors/actor.ts'
import { FORM_TYPE, signAssertion, tokenForm } from '../actors/authorization-server/fixture.ts'
import {
  authorizationUrl,
  type Holder,
  REDIRECT_URI,
  startHolder,
  VERIFIER,
  Visitor,
} from '../actors/authorization-server/tiered/fixture.ts'
import { dataHolder } from '../actors/data-holder/actor.ts'
import { Bed } from '../actors/fixture-bed.ts'
import { type Community, startCommunity } from '../actors/fixture-community.ts'
import { signJwt } from '../actors/fixture-keys.ts'
import { decodeJwt } from '../wire/jwt.ts'
import { adapterFor } from './oidc-adapter.ts'

const bed = new Bed()
let community: Community
let idp: Idp
let holder: Holder

beforeAll(async () => {
  // It warns of its own sign-in pages, which are for such tests.
  vi.spyOn(console, 'warn').mockReturnValue()
  community = await startCommunity(bed)
  idp = await startIdp()
  holder = await startHolder(
    bed,
    community,
    { idp: idp.url },
    {
      actor: dataHolder as Actor,
      with: {
        scopes: ['patient/Patient.rs'],
        links: [{ idp: 'idp', sub: 'ana', patient: 'p1' }],
        data: [{ resourceType: 'Patient', id: 'p1', name: [{ family: 'Example' }] }],
      },
    },
  )
})
afterAll(() => bed.close())
beforeEach(() => {
  idp.withX5c = true
})

test.each([
  ['with x5c', true],
  ['without x5c, by its key set', false],
])('oidc-provider signs a patient in by an ID token %s', async (_name, withX5c) => {
  idp.withX5c = withX5c
  const before = await keySetsRead()
  const consent = await signIn('ana')
  expect(consent).toMatchObject({ heading: 'Allow access?' })
  expect((await keySetsRead()) - before).toBe(withX5c ? 0 : 1)
  const { parameters } = await consent.browser.press('Allow', consent)
  expect(parameters).toEqual({ code: expect.any(String), state: 'state-of-the-app' })
  const token = await tokenFor(parameters.code!)
  const answer = await holder.call({
    path: '/Patient/p1',
    headers: { authorization: `Bearer ${token}`, accept: 'application/fhir+json' },
  })
  expect(answer.json()).toMatchObject({ resourceType: 'Patient', id: 'p1' })
  expect(idp.clients.size).toBe(1)
})

test('somebody whom oidc-provider knows and the data holder does not is let in nowhere', async () => {
  const { parameters } = await signIn('somebody')
  expect(parameters).toMatchObject({ error: 'access_denied', state: 'state-of-the-app' })
})

/** Through the pages of oidc-provider. */
async function signIn(login: string) {
  const browser = new Visitor(bed)
  const page = await browser.open(authorizationUrl(holder, idp.url))
  expect(page.heading).toBe('Sign-in')
  const authorize = await browser.press('Sign-in', page, { login, password: 'any' })
  expect(authorize.heading).toBe('Authorize')
  return { browser, ...(await browser.press('Continue', authorize)) }
}

/** How often the data holder asked for the keys of the provider. */
async function keySetsRead(): Promise<number> {
  const halves = await bed.halves()
  return halves.filter(({ side, request }) => side === 'client' && request?.url === `${idp.url}/jwks`).length
}

async function tokenFor(code: string): Promise<string> {
  const assertion = await signAssertion(holder, holder.credential, holder.clientId, {
    claims: { extensions: undefined },
  })
  const answer = await holder.call({
    method: 'POST',
    path: '/token',
    headers: FORM_TYPE,
    body: tokenForm(assertion, {
      grant_type: 'authorization_code',
      scope: undefined,
      code,
      redirect_uri: REDIRECT_URI,
      code_verifier: VERIFIER,
    }),
  })
  return (answer.json() as { access_token: string }).access_token
}

interface Idp {
  url: string
  credential: Credential
  /** Does it put its certificate into its ID tokens? */
  withX5c: boolean
  /** By client_id, as oidc-provider reads them. */
  clients: Map<string, object>
}

async function startIdp(): Promise<Idp> {
  let handle: RequestListener = () => {}
  let started: Idp | undefined
  const url = await bed.serve('idp', (app) => {
    app.removeAllContentTypeParsers()
    // oidc-provider reads bodies itself.
    app.addContentTypeParser('*', (_request, _payload, done) => done(null))
    app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) =>
      done(null, body),
    )
    app.get('/.well-known/udap', () => metadataOf(started!))
    app.post('/udap/register', async (request, reply) =>
      reply.code(201).send(await register(started!, JSON.parse(String(request.body)).software_statement)),
    )
    app.all('/*', (request, reply) => {
      reply.hijack()
      handle(request.raw, reply.raw)
    })
  })
  const credential = await community.issue([url], 'oidc-provider')
  started = { url, credential, withX5c: true, clients: new Map() }
  handle = oidcProvider(started).callback()
  return started
}

function oidcProvider(idp: Idp): OidcProvider {
  const key = createPrivateKey(idp.credential.key).export({ format: 'jwk' })
  const provider = new OidcProvider(idp.url, {
    adapter: adapterFor(idp.clients),
    clientAuthMethods: ['private_key_jwt'],
    scopes: ['openid', 'udap'],
    jwks: { keys: [{ ...key, kid: 'k1', alg: 'RS256', use: 'sig' }] },
    cookies: { keys: ['a key of the cookies'] },
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
  provider.use(async (ctx, next) => {
    await next()
    const { body } = ctx
    if (idp.withX5c && ctx.oidc?.route === 'token' && isTokens(body)) {
      const { header, claims } = decodeJwt(body.id_token)!
      const { key: pem, chain } = idp.credential
      body.id_token = await signJwt(pem, { ...header, x5c: chain }, claims)
    }
  })
  return provider
}

const isTokens = (body: unknown): body is { id_token: string } =>
  typeof body === 'object' && body !== null && 'id_token' in body

/** The key of the certificate is the key of the client. */
async function register({ clients }: Idp, statement: string): Promise<object> {
  const { header, claims } = decodeJwt(statement)!
  const [leaf] = header.x5c as string[]
  const { publicKey } = new X509Certificate(Buffer.from(leaf!, 'base64'))
  await compactVerify(statement, publicKey)
  const { client_name, redirect_uris, grant_types, response_types, scope, logo_uri } = claims
  const client_id = randomUUID()
  const registered = { client_id, client_name, redirect_uris, grant_types, response_types, scope, logo_uri }
  clients.set(client_id, {
    ...registered,
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), use: 'sig' }] },
  })
  return { ...registered, software_statement: statement }
}

async function metadataOf({ url, credential: { key, chain } }: Idp): Promise<object> {
  const endpoints = {
    authorization_endpoint: `${url}/auth`,
    token_endpoint: `${url}/token`,
    registration_endpoint: `${url}/udap/register`,
  }
  const iat = Math.floor(Date.now() / 1000)
  const claims = { iss: url, sub: url, iat, exp: iat + 3600, jti: randomUUID(), ...endpoints }
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
    signed_metadata: await signJwt(key, { x5c: chain }, claims),
  }
}
