/** An OAuth client that is not ours gets a token: oauth4webapi knows nothing of UDAP but what is put in here. */
import { createPrivateKey, randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import * as oauth from 'oauth4webapi'
import { Agent, fetch } from 'undici'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Credential } from '../actors/actor.ts'
import { Browser, personOf, signInThrough } from '../actors/authorization-server/authorization/fixture.ts'
import {
  B2B,
  CLIENT_URI,
  CODE,
  FHIR_URL,
  type Server,
  startAuthorizationServer,
} from '../actors/authorization-server/fixture.ts'
import { Bed } from '../actors/fixture-bed.ts'
import { startCommunity } from '../actors/fixture-community.ts'

const SCOPE = 'openid fhirUser profile offline_access launch/patient patient/Patient.rs'
const ana = personOf('ana', { patients: ['p1'], fhirUser: 'Patient/p1', claims: { name: 'Ana Example' } })
const bed = new Bed()
let actor: Server
let credential: Credential
let fhir: Credential
let appCredential: Credential
let agent: Agent
let http: {
  [oauth.customFetch]: (url: string, options: oauth.CustomFetchOptions<string, unknown>) => Promise<Response>
}

beforeAll(async () => {
  const community = await startCommunity(bed)
  credential = await community.issue([CLIENT_URI])
  fhir = await community.issue([FHIR_URL], 'fhir')
  appCredential = await community.issue(['https://app.example/phone'], 'app')
  actor = await startAuthorizationServer(bed, {
    communities: [community],
    context: { people: { ana } },
    with: {
      grants: ['client_credentials', 'authorization_code', 'refresh_token'],
      scopes: ['system/Patient.rs', ...SCOPE.split(' ')],
      users: ['ana'],
    },
  })
  agent = new Agent({
    connect: {
      ca: (await bed.tls()).roots,
      // Node does not resolve *.localhost.
      lookup: (_host, options, callback) => {
        if (options.all) callback(null, [{ address: '127.0.0.1', family: 4 }])
        else callback(null, '127.0.0.1', 4)
      },
    },
  })
  http = {
    // undici's own fetch: the one built into Node cannot use this Agent.
    [oauth.customFetch]: async (url, options) =>
      (await fetch(url, { ...options, dispatcher: agent } as Parameters<
        typeof fetch
      >[1])) as unknown as Response,
  }
})
afterAll(async () => {
  await agent.close()
  await bed.close()
})

test('oauth4webapi discovers the server, gets an access token from it, asks about it and ends it', async () => {
  const issuer = new URL(actor.url)
  const discovered = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...http })
  const server = await oauth.processDiscoveryResponse(issuer, discovered)
  expect(server.token_endpoint).toBe(`${actor.url}/token`)

  const client: oauth.Client = { client_id: await registered(server.registration_endpoint!, credential) }
  const answer = await oauth.clientCredentialsGrantRequest(
    server,
    client,
    await authentication(credential, server.token_endpoint!, { extensions: { 'hl7-b2b': B2B } }),
    { scope: 'system/Patient.rs', udap: '1' },
    http,
  )
  const token = await oauth.processClientCredentialsResponse(server, client, answer)
  expect(token).toMatchObject({ token_type: 'bearer', scope: 'system/Patient.rs', expires_in: 300 })

  // Its validation of JWT access tokens (RFC 9068) fetches our JWKS and checks typ, iss, aud, times and signature.
  const request = new Request(`${FHIR_URL}/Patient`, {
    headers: { authorization: `Bearer ${token.access_token}` },
  })
  const claims = await oauth.validateJwtAccessToken(server, request, FHIR_URL, http)
  expect(claims).toMatchObject({ client_id: client.client_id, scope: 'system/Patient.rs' })

  const resourceServer: oauth.Client = { client_id: FHIR_URL }
  const introspect = async () => {
    const asks = await authentication(fhir, server.introspection_endpoint!)
    const said = await oauth.introspectionRequest(server, resourceServer, asks, token.access_token, http)
    return oauth.processIntrospectionResponse(server, resourceServer, said)
  }
  expect(await introspect()).toMatchObject({ active: true, client_id: client.client_id, aud: FHIR_URL })
  const ends = await authentication(credential, server.revocation_endpoint!)
  const revoked = await oauth.revocationRequest(server, client, ends, token.access_token, http)
  await oauth.processRevocationResponse(revoked)
  expect(await introspect()).toEqual({ active: false })
})

test('oauth4webapi signs a person in with PKCE, reads who it is, and goes on with refresh tokens', async () => {
  const issuer = new URL(actor.url)
  const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, http))
  const grants = { ...CODE, grant_types: ['authorization_code', 'refresh_token'], scope: SCOPE }
  const client: oauth.Client = {
    client_id: await registered(server.registration_endpoint!, appCredential, grants),
  }
  const authenticate = () => authentication(appCredential, server.token_endpoint!)
  const asUdap = { ...http, additionalParameters: { udap: '1' } }

  const verifier = oauth.generateRandomCodeVerifier()
  const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()]
  const redirectUri = CODE.redirect_uris[0]!
  const url = new URL(server.authorization_endpoint!)
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: redirectUri,
    scope: SCOPE,
    state,
    nonce,
    max_age: '60',
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  }).toString()
  const back = new URL(await signInThrough(new Browser(bed), url.href, ana))

  const response = oauth.validateAuthResponse(server, client, back, state)
  const traded = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    await authenticate(),
    response,
    redirectUri,
    verifier,
    asUdap,
  )
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, traded, {
    expectedNonce: nonce,
    maxAge: 60,
    requireIdToken: true,
  })
  await oauth.validateApplicationLevelSignature(server, traded, http)
  const claims = oauth.getValidatedIdTokenClaims(tokens)!
  expect(tokens).toMatchObject({ token_type: 'bearer', scope: SCOPE, patient: 'p1' })
  expect(claims).toMatchObject({ name: 'Ana Example', fhirUser: `${FHIR_URL}/Patient/p1` })

  const told = await oauth.userInfoRequest(server, client, tokens.access_token, http)
  const userinfo = await oauth.processUserInfoResponse(server, client, claims.sub, told)
  expect(userinfo).toMatchObject({ name: 'Ana Example', fhirUser: claims.fhirUser })

  const refresh = async (token: string) => {
    const by = await authenticate()
    const answer = await oauth.refreshTokenGrantRequest(server, client, by, token, asUdap)
    return oauth.processRefreshTokenResponse(server, client, answer)
  }
  const renewed = await refresh(tokens.refresh_token!)
  expect(renewed).toMatchObject({ scope: SCOPE, patient: 'p1' })
  expect(renewed.refresh_token).not.toBe(tokens.refresh_token)
  await expect(refresh(tokens.refresh_token!)).rejects.toMatchObject({ error: 'invalid_grant' })
})

test('oauth4webapi reads our refusal as the OAuth error that it is', async () => {
  const server: oauth.AuthorizationServer = { issuer: actor.url, token_endpoint: `${actor.url}/token` }
  const client: oauth.Client = { client_id: await registered(`${actor.url}/register`, credential) }
  const withoutX5c = oauth.PrivateKeyJwt(await signingKey(credential))
  const answer = await oauth.clientCredentialsGrantRequest(server, client, withoutX5c, { udap: '1' }, http)
  await expect(oauth.processClientCredentialsResponse(server, client, answer)).rejects.toMatchObject({
    name: 'ResponseBodyError',
    status: 400,
    error: 'invalid_request',
  })
})

/** The client_id; registration is UDAP's own, so it is plain code. */
async function registered(
  endpoint: string,
  by: Credential,
  claims: Record<string, unknown> = {},
): Promise<string> {
  const iat = Math.floor(Date.now() / 1000)
  const statement = await new SignJWT({
    iss: by.uris[0]!,
    sub: by.uris[0]!,
    aud: endpoint,
    iat,
    exp: iat + 60,
    jti: randomUUID(),
    client_name: 'oauth4webapi',
    contacts: ['mailto:operator@app.example'],
    grant_types: ['client_credentials'],
    token_endpoint_auth_method: 'private_key_jwt',
    scope: 'system/Patient.rs',
    ...claims,
  })
    .setProtectedHeader({ alg: 'RS256', x5c: by.chain })
    .sign(createPrivateKey(by.key))
  const answer = await fetch(endpoint, {
    dispatcher: agent,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ software_statement: statement, udap: '1' }),
  })
  expect([200, 201]).toContain(answer.status)
  return ((await answer.json()) as { client_id: string }).client_id
}

/** private_key_jwt as UDAP has it: the certificate in x5c, the endpoint as aud. */
async function authentication(
  by: Credential,
  aud: string,
  claims: Record<string, oauth.JsonValue> = {},
): Promise<oauth.ClientAuth> {
  return oauth.PrivateKeyJwt(await signingKey(by), {
    [oauth.modifyAssertion]: (header, payload) => {
      header.x5c = by.chain
      Object.assign(payload, { aud, ...claims })
    },
  })
}

function signingKey({ key }: Credential): Promise<CryptoKey> {
  const der = createPrivateKey(key).export({ type: 'pkcs8', format: 'der' })
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  return crypto.subtle.importKey('pkcs8', new Uint8Array(der), algorithm, false, ['sign'])
}
