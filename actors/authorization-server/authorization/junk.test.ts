/** No authorization request and no form makes the server fail, or sends a browser to where it must not go. */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { Bed, runs } from '../../fixture-bed.ts'
import { authorizationServer } from '../actor.ts'
import { FORM_TYPE, type Server } from '../fixture.ts'
import { authorizationUrl, Browser, people, startSignIn } from './fixture.ts'

vi.setConfig({ testTimeout: 60_000 })

const bed = new Bed()
let server: Server
let clientId: string

beforeAll(async () => {
  ;({ server, clientId } = await startSignIn(bed))
})
afterAll(() => bed.close())

const NAMES = [
  ...['client_id', 'redirect_uri', 'response_type', 'response_mode', 'scope', 'state', 'nonce', 'prompt'],
  ...['code_challenge', 'code_challenge_method', 'max_age', 'idp', 'aud', 'launch', 'login_hint', 'request'],
  ...['acr_values', '__proto__', 'constructor'],
]
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('none', 'login', 'openid', 'launch', 'S256', 'code', '1', '99999999999999', '__proto__'),
  fc.constantFrom('https://app.example/callback', 'javascript:alert(1)', 'https://a\r\nset-cookie: a=b'),
  fc.constantFrom('a'.repeat(6000), 'openid '.repeat(500), '\u0000', '%', '*/*.*', 'patient/*.cruds?a=b'),
)
const changes = fc.dictionary(fc.constantFrom(...NAMES), text, { maxKeys: 5 })
const encoded = (form: Record<string, string>) => new URLSearchParams(Object.entries(form)).toString()

async function request(form: Record<string, string>, strict: boolean): Promise<void> {
  const query = new URL(authorizationUrl(server, clientId, { scope: 'openid user/Patient.rs', ...form }))
    .search
  for (const [method, path, body] of [
    ['GET', `/authorize${query}`, undefined],
    ['POST', '/authorize', query.slice(1)],
  ] as const) {
    const headers = body === undefined ? {} : FORM_TYPE
    const answer = await server.call({ method, path, headers, ...(body === undefined ? {} : { body }) })
    expect(answer.status, answer.text).toBeLessThan(500)
    const { location } = answer.headers
    if (!strict || location === undefined) continue
    expect(location.startsWith(server.url) || location.startsWith('https://app.example/callback?')).toBe(true)
  }
}

test('authorization requests of any parameters', async () => {
  await fc.assert(
    fc.asyncProperty(changes, (form) => request(form, true)),
    runs(150),
  )
})

test('the same when not one check is enforced', async () => {
  const arm = await server.actor.arm(
    authorizationServer.checks.map(({ name }) => ({ inject: `skip/${name}` })),
  )
  await fc.assert(
    fc.asyncProperty(changes, (form) => request(form, false)),
    runs(100),
  )
  await formsOfAnyContent()
  await server.actor.disarm(arm)
})

test('forms of any fields, on any page', () => formsOfAnyContent())

async function formsOfAnyContent(): Promise<void> {
  const { username, password } = people.ben!
  const fields = fc.dictionary(
    fc.constantFrom(
      'step',
      'decision',
      'username',
      'password',
      'patient',
      'scope',
      'idp',
      'csrf',
      '__proto__',
    ),
    fc.oneof(text, fc.constantFrom('sign-in', 'patient', 'consent', 'provider', 'allow', 'p2')),
  )
  await fc.assert(
    fc.asyncProperty(fc.boolean(), fields, fc.uint8Array({ maxLength: 60 }), async (known, form, bytes) => {
      const browser = new Browser(bed)
      const url = authorizationUrl(server, clientId, { scope: 'openid patient/Patient.rs' })
      let page = await browser.open(url)
      if (known) page = await browser.submit(page, { username, password })
      const csrf = page.$('input[name=csrf]').attr('value') ?? ''
      for (const body of [encoded({ csrf, ...form }), encoded(form), Buffer.from(bytes).toString('latin1')]) {
        const { answer } = await browser.post(page.url, body)
        expect(answer.status, answer.text).toBeLessThan(500)
      }
    }),
    runs(60),
  )
}
