/**
 * An identity provider that is not ours signs a person in at our data holder: oidc-provider, which knows nothing of
 * UDAP but the thin layer put around it here.
 */
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { Actor } from '../actors/actor.ts'
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
import { type OidcIdp, startOidcIdp } from './other-people/oidc-provider.ts'

const HOST = 'idp-c1.localhost'
const bed = new Bed()
let community: Community
let idp: OidcIdp
let holder: Holder

beforeAll(async () => {
  // It warns of its own sign-in pages, which are for such tests.
  vi.spyOn(console, 'warn').mockReturnValue()
  community = await startCommunity(bed)
  const { certificate } = await bed.tls([HOST])
  const { chain: cert, key } = certificate!
  idp = await startOidcIdp(HOST, { cert, key }, { community: community.uri, anchors: [community.root] })
  idp.certificate = await community.issue([idp.url], 'oidc-provider')
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
afterAll(async () => {
  await idp.close()
  await bed.close()
})
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
