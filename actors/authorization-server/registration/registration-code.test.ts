import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Bed } from '../../fixture-bed.ts'
import {
  answerOf,
  CODE,
  type JwtChanges,
  type Parties,
  register,
  type Server,
  signStatement,
  startAuthorizationServer,
  startParties,
} from '../fixture.ts'

const bed = new Bed()
let parties: Parties
let server: Server

beforeAll(async () => {
  parties = await startParties(bed)
  server = await startAuthorizationServer(bed, {
    communities: [parties.community],
    with: { grants: ['authorization_code', 'refresh_token', 'client_credentials'] },
  })
})
afterAll(() => bed.close())

async function send(claims: Record<string, unknown>, at = server): Promise<unknown> {
  return answerOf(await register(at, await signStatement(at, parties.credential, { claims })))
}

describe('a client with users', () => {
  test('is registered with all that it stated', async () => {
    const fresh = await parties.community.issue(['https://app.example/users'])
    const claims = {
      ...CODE,
      grant_types: ['authorization_code', 'refresh_token'],
      redirect_uris: ['https://app.example/callback?of=as', 'https://App.example:8443/Other'],
    }
    const statement = await signStatement(server, fresh, { claims })
    expect(answerOf(await register(server, statement))).toEqual({
      status: 201,
      client_id: expect.any(String),
      software_statement: statement,
      client_name: 'A backend',
      contacts: ['mailto:operator@app.example'],
      token_endpoint_auth_method: 'private_key_jwt',
      scope: 'system/Patient.rs',
      ...claims,
    })
  })

  test.each([
    ['authorization_code alone', {}],
    ['a logo in capitals', { logo_uri: 'https://app.example/LOGO.JPG' }],
    ['a logo with a query', { logo_uri: 'https://app.example/logo.gif?v=2' }],
  ])('%s is good', async (_what, claims) => {
    expect(await send({ ...CODE, ...claims })).toMatchObject({ ...CODE, ...claims })
  })
})

const METADATA = 'invalid_client_metadata'
const REDIRECT = 'invalid_redirect_uri'

// What is wrong, the check that must refuse it (and no other), the error code.
const refusals: [string, string, string, JwtChanges['claims']][] = [
  [
    'refresh_token alone',
    'grant-types',
    METADATA,
    { grant_types: ['refresh_token'], response_types: undefined, redirect_uris: undefined },
  ],
  [
    'refresh_token for a backend',
    'refresh-token-grant',
    METADATA,
    {
      grant_types: ['client_credentials', 'refresh_token'],
      response_types: undefined,
      redirect_uris: undefined,
    },
  ],
  ['no response_types', 'response-types', METADATA, { response_types: undefined }],
  ['response_types as text', 'response-types', METADATA, { response_types: 'code' }],
  ['response_types token', 'response-types', METADATA, { response_types: ['token'] }],
  ['two response_types', 'response-types', METADATA, { response_types: ['code', 'token'] }],
  ['no redirect_uris', 'redirect-uris', REDIRECT, { redirect_uris: undefined }],
  ['empty redirect_uris', 'redirect-uris', REDIRECT, { redirect_uris: [] }],
  ['redirect_uris as text', 'redirect-uris', REDIRECT, { redirect_uris: 'https://app.example/callback' }],
  [
    'one http redirect URI',
    'redirect-uris',
    REDIRECT,
    { redirect_uris: ['https://app.example/callback', 'http://app.example/callback'] },
  ],
  ['a fragment', 'redirect-uris', REDIRECT, { redirect_uris: ['https://app.example/callback#here'] }],
  ['a relative redirect URI', 'redirect-uris', REDIRECT, { redirect_uris: ['/callback'] }],
  ['a redirect URI with a space', 'redirect-uris', REDIRECT, { redirect_uris: ['https://app.example/a b'] }],
  [
    'a redirect URI without end',
    'redirect-uris',
    REDIRECT,
    { redirect_uris: [`https://app.example/${'a'.repeat(2000)}`] },
  ],
  [
    'too many redirect URIs',
    'redirect-uris',
    REDIRECT,
    { redirect_uris: Array.from({ length: 51 }, (_, at) => `https://app.example/${at}`) },
  ],
  ['no logo', 'logo-uri', METADATA, { logo_uri: undefined }],
  ['an http logo', 'logo-uri', METADATA, { logo_uri: 'http://app.example/logo.png' }],
  ['an inline logo', 'logo-uri', METADATA, { logo_uri: 'data:image/png;base64,AAAA' }],
  ['a logo that is a drawing', 'logo-image', METADATA, { logo_uri: 'https://app.example/logo.svg' }],
  ['a logo without a type', 'logo-image', METADATA, { logo_uri: 'https://app.example/logo' }],
]

describe('one wrong thing is refused by one check', () => {
  test.each(refusals)('%s: %s', async (_what, check, error, claims) => {
    const wrong = { ...CODE, ...claims }
    expect(await send(wrong)).toEqual({ status: 400, error, error_description: expect.any(String) })
    const arm = await server.actor.arm([{ inject: `skip/${check}` }])
    expect(await send(wrong)).toHaveProperty('client_id')
    expect(await server.actor.disarm(arm)).toEqual([{ fault: `skip/${check}` }])
  })

  test('refresh_token where the server does not have it', async () => {
    const plain = await startAuthorizationServer(bed, {
      communities: [parties.community],
      with: { grants: ['authorization_code'] },
    })
    const claims = { ...CODE, grant_types: ['authorization_code', 'refresh_token'] }
    expect(await send(claims, plain)).toMatchObject({
      status: 400,
      error: METADATA,
      error_description: expect.stringContaining('refresh_token is not supported'),
    })
  })
})

describe('what real clients send is taken', () => {
  test('a logo with client_credentials, and an empty list of certifications', async () => {
    const logo_uri = 'http://app.example/any'
    const statement = await signStatement(server, parties.credential, { claims: { logo_uri } })
    const answer = answerOf(await register(server, statement, { certifications: [] }))
    expect(answer).toMatchObject({ logo_uri, certifications: [] })
  })

  test('parameters beside the software statement: the signed ones count', async () => {
    const beside = {
      client_name: 'Unsigned',
      scope: 'system/Observation.rs',
      grant_types: ['magic'],
      jwks: {},
    }
    const answer = await register(server, await signStatement(server, parties.credential), beside)
    expect(answerOf(answer)).toMatchObject({
      client_name: 'A backend',
      scope: 'system/Patient.rs',
      grant_types: ['client_credentials'],
    })
    expect(answerOf(answer)).not.toHaveProperty('jwks')
  })
})

describe('with fetchLogo', () => {
  let strict: Server
  let origin: string

  beforeAll(async () => {
    strict = await startAuthorizationServer(bed, {
      communities: [parties.community],
      with: { grants: ['authorization_code'] },
      context: { policy: { revocation: 'off', fetchLogo: true } },
    })
    origin = await bed.serve('logos', (app) => {
      app.get('/logo', (_request, reply) => reply.type('image/PNG; q=1').send(Buffer.from('a picture')))
      app.get('/page.png', (_request, reply) => reply.type('text/html').send('<p>'))
      app.get('/moved.png', (_request, reply) => reply.redirect('/logo'))
      app.get('/huge.png', (_request, reply) => reply.type('image/png').send(Buffer.alloc(2 ** 20 + 1)))
    })
  })

  test('an image is good whatever its path says', async () => {
    expect(await send({ ...CODE, logo_uri: `${origin}/logo` }, strict)).toMatchObject({ status: 201 })
  })

  test.each([
    ['/page.png', "It was 200 and 'text/html'"],
    ['/moved.png', 'It was 302'],
    ['/none.png', 'It was 404'],
    ['/huge.png', 'cannot be fetched'],
  ])('%s is refused', async (path, words) => {
    expect(await send({ ...CODE, logo_uri: `${origin}${path}` }, strict)).toMatchObject({
      status: 400,
      error: METADATA,
      error_description: expect.stringContaining(words),
    })
  })

  test('so is what nobody serves', async () => {
    expect(await send({ ...CODE, logo_uri: 'https://nobody.localhost:1/logo.png' }, strict)).toMatchObject({
      status: 400,
      error: METADATA,
    })
  })
})
