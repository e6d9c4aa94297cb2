/** No request to sign out makes the server fail, or sends a browser to where it must not go. */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { Browser } from '../authorization-server/authorization/fixture.ts'
import { CLIENT_URI, FORM_TYPE, type Server } from '../authorization-server/fixture.ts'
import { Bed, runs } from '../fixture-bed.ts'
import { startCommunity } from '../fixture-community.ts'
import { identityProvider } from './actor.ts'
import { authorizationUrl, redeem, registerClient, startIdentityProvider, walk } from './fixture.ts'

vi.setConfig({ testTimeout: 60_000 })

const SIGNED_OUT = 'https://app.example/signed-out'

const bed = new Bed()
let idp: Server
let clientId: string
let hint: string
let cookie: string

beforeAll(async () => {
  const community = await startCommunity(bed)
  const credential = await community.issue([CLIENT_URI])
  idp = await startIdentityProvider(bed, [community])
  clientId = await registerClient(idp, credential, { post_logout_redirect_uris: [SIGNED_OUT] })
  const browser = new Browser(bed)
  const answer = await redeem(
    idp,
    { id: clientId, credential },
    await walk(browser, authorizationUrl(idp, clientId)),
  )
  hint = (answer.json() as { id_token: string }).id_token
  cookie = (await browser.cookies(idp.url)).join('; ')
})
afterAll(() => bed.close())

const names = fc.constantFrom(
  ...['id_token_hint', 'client_id', 'post_logout_redirect_uri', 'state', 'csrf', 'logout_hint', '__proto__'],
)
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('HINT', 'CLIENT', SIGNED_OUT, 'javascript:alert(1)', 'https://a\r\nset-cookie: a=b'),
  fc.constantFrom('a'.repeat(6000), 'a.b.c', 'e30.e30.', 'eyJhbGciOiJub25lIn0.e30.', '\u0000', '%'),
)

async function anything(strict: boolean): Promise<void> {
  const forms = fc.dictionary(names, text, { maxKeys: 5 })
  await fc.assert(
    fc.asyncProperty(forms, fc.boolean(), async (form, known) => {
      const given = Object.entries(form).map(([name, value]) => [
        name,
        value === 'HINT' ? hint : value === 'CLIENT' ? clientId : value,
      ])
      const query = new URLSearchParams(given).toString()
      for (const [method, path, body] of [
        ['GET', `/end-session?${query}`, undefined],
        ['POST', '/end-session', query],
      ] as const) {
        const headers = { ...(known ? { cookie } : {}), ...(body === undefined ? {} : FORM_TYPE) }
        const answer = await idp.call({ method, path, headers, ...(body === undefined ? {} : { body }) })
        expect(answer.status, answer.text).toBeLessThan(500)
        const { location } = answer.headers
        if (!strict || location === undefined) continue
        expect(location.startsWith(`${idp.url}/end-session?`) || location.startsWith(SIGNED_OUT)).toBe(true)
      }
    }),
    runs(100),
  )
}

test('requests to sign out with any parameters', () => anything(true))

test('the same when not one check is enforced', async () => {
  const arm = await idp.actor.arm(identityProvider.checks.map(({ name }) => ({ inject: `skip/${name}` })))
  await anything(false)
  await idp.actor.disarm(arm)
})
