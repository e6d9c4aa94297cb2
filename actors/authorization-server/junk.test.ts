/** Nothing that comes over the wire makes the server fail: every answer is a success or a refusal in JSON. */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Credential } from '../actor.ts'
import { Bed, runs } from '../fixture-bed.ts'
import { authorizationServer } from './actor.ts'
import {
  registered,
  type Server,
  signAssertion,
  signCertification,
  signStatement,
  startParties,
  tokenForm,
} from './fixture.ts'

// Hundreds of requests: more than a busy machine answers in the usual time.
vi.setConfig({ testTimeout: 60_000 })

const PROGRAMME = 'https://programme.example/privacy'
const bed = new Bed()
let server: Server
let credential: Credential
let clientId: string

beforeAll(async () => {
  ;({ credential, server } = await startParties(bed, {
    policy: { revocation: 'off', supportedCertifications: [PROGRAMME] },
  }))
  clientId = await registered(server, credential)
})
afterAll(() => bed.close())

const nasty = fc.constantFrom<unknown>(
  '__proto__',
  'constructor',
  'a\u0000b',
  '\ud800',
  1e308,
  -1e308,
  Number.MAX_SAFE_INTEGER,
  [[]],
  ['AAAA', 'AAAA'],
  { toString: 1 },
)
const paths = ['/register', '/token', '/introspect', '/revoke']
const value = fc.oneof(nasty, fc.jsonValue({ maxDepth: 3 }))
const names = [
  'iss',
  'sub',
  'aud',
  'exp',
  'iat',
  'jti',
  'client_name',
  'contacts',
  'grant_types',
  'scope',
  'extensions',
  'redirect_uris',
  'logo_uri',
  'certification_uris',
]
const changed = fc.dictionary(fc.constantFrom(...names, '__proto__', 'response_types'), value)
const header = fc.dictionary(fc.constantFrom('typ', 'kid', 'crit', 'b64', 'jku'), value)
const contentType = fc.constantFrom(
  'application/json',
  'application/x-www-form-urlencoded',
  'application/json; charset=utf-16',
  'multipart/form-data; boundary=x',
  'nonsense',
)
const segment = fc.oneof(
  fc.base64String().map((text) => text.replace(/[+/=]/g, '_')),
  value.map((json) => Buffer.from(JSON.stringify(json) ?? '').toString('base64url')),
)
const anyJwt = fc.tuple(segment, segment, segment).map((parts) => parts.join('.'))

/** JSON for what is no text: `String` fails for some objects. */
const text = (junk: unknown) => (typeof junk === 'string' ? junk : JSON.stringify(junk))

async function post(path: string, type: string, body: string | Buffer): Promise<void> {
  const answer = await server.call({ method: 'POST', path, headers: { 'content-type': type }, body })
  expect(answer.status, answer.text).toBeLessThan(500)
  if (answer.status >= 300) expect(answer.json()).toMatchObject({ error: expect.any(String) })
  else if (answer.text !== '') expect(answer.json()).toMatchObject({})
}

test('bodies of any bytes, of any type', async () => {
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.json().map((text) => Buffer.from(text)),
  )
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...paths), contentType, body, (path, type, bytes) =>
      post(path, type, Buffer.from(bytes)),
    ),
    runs(100),
  )
})

test('JWTs of any header and claims, signed or not', () => jwtsOfAnyContent())

test('the same when not one check is enforced', async () => {
  const skips = authorizationServer.checks.map(({ name }) => ({ inject: `skip/${name}` }))
  const arm = await server.actor.arm(skips)
  await jwtsOfAnyContent()
  expect((await server.actor.disarm(arm)).length).toBeGreaterThan(0)
})

async function jwtsOfAnyContent(): Promise<void> {
  const registering = (statement: unknown, certifications?: unknown) =>
    JSON.stringify({ udap: '1', software_statement: statement, certifications })
  await fc.assert(
    fc.asyncProperty(changed, header, fc.oneof(anyJwt, value), async (claims, headers, junk) => {
      const changes = { claims, header: headers }
      // jose itself refuses to sign some of these: then there is nothing to send.
      const statement = await signStatement(server, credential, changes).catch(() => junk)
      const assertion = await signAssertion(server, credential, clientId, changes).catch(() => text(junk))
      await post('/register', 'application/json', registering(statement))
      await post('/register', 'application/json', registering(junk))
      const certification = await signCertification(credential, PROGRAMME, changes).catch(() => text(junk))
      const good = await signStatement(server, credential)
      await post('/register', 'application/json', registering(good, [certification, text(junk)]))
      await post('/token', 'application/x-www-form-urlencoded', tokenForm(assertion))
      await post('/token', 'application/x-www-form-urlencoded', tokenForm(text(junk)))
      for (const grant_type of ['authorization_code', 'refresh_token']) {
        const again = await signAssertion(server, credential, clientId, changes).catch(() => text(junk))
        const secrets = { code: text(junk), code_verifier: text(junk), refresh_token: text(junk) }
        await post(
          '/token',
          'application/x-www-form-urlencoded',
          tokenForm(again, { grant_type, scope: text(junk), ...secrets }),
        )
      }
      for (const path of ['/introspect', '/revoke']) {
        const token = { token: text(junk), scope: text(junk) }
        const about = await signAssertion(server, credential, clientId, {
          header: headers,
          claims: { aud: `${server.url}${path}`, ...claims },
        }).catch(() => text(junk))
        await post(path, 'application/x-www-form-urlencoded', tokenForm(about, token))
      }
    }),
    runs(100),
  )
}

test('x5c of any content', async () => {
  const mangled = fc.tuple(fc.nat(2000), fc.nat(255)).map(([at, byte]) => {
    const der = Buffer.from(credential.chain[0]!, 'base64')
    der[at % der.length] = byte
    return der.toString('base64')
  })
  const x5c = fc.oneof(
    value,
    fc.array(fc.oneof(mangled, fc.base64String(), fc.constant(credential.chain[1]!)), { maxLength: 12 }),
    fc
      .array(mangled, { minLength: 1, maxLength: 3 })
      .map((certificates) => [credential.chain[0]!, ...certificates]),
  )
  await fc.assert(
    fc.asyncProperty(x5c, async (certificates) => {
      const statement = await signStatement(server, credential, { header: { x5c: certificates } })
      await post(
        '/register',
        'application/json',
        JSON.stringify({ udap: '1', software_statement: statement }),
      )
    }),
    runs(150),
  )
})
