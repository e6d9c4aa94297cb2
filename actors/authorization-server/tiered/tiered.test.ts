import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { decodeJwt } from '../../../wire/jwt.ts'
import { Bed } from '../../fixture-bed.ts'
import { type Community, startCommunity } from '../../fixture-community.ts'
import { CODE, register, requestToken, signAssertion, signStatement } from '../fixture.ts'
import {
  authorizationUrl,
  type Holder,
  Provider,
  REDIRECT_URI,
  SUBJECT,
  startHolder,
  VERIFIER,
  Visitor,
} from './fixture.ts'

const bed = new Bed()
let community: Community
let idp: Provider
let other: Provider

beforeAll(async () => {
  community = await startCommunity(bed)
  idp = await new Provider().start(bed, 'idp', community)
  other = await new Provider().start(bed, 'other', community)
})
afterAll(() => bed.close())
beforeEach(() => {
  idp.forget()
  other.forget()
})

const signIn = (holder: Holder, provider = idp, more: Record<string, string> = {}) =>
  new Visitor(bed).open(authorizationUrl(holder, provider.url, more))

describe('a person who signs in at their identity provider', () => {
  let inner: Bed
  let holder: Holder
  beforeEach(async () => {
    inner = bed.inner()
    holder = await startHolder(inner, community, { idp: idp.url, other: other.url })
    return () => inner.close()
  })

  it('is asked for consent, and the app gets a code with its own state', async () => {
    const browser = new Visitor(bed)
    const page = await browser.open(authorizationUrl(holder, idp.url))
    expect(page).toMatchObject({ status: 200, heading: 'Allow access?' })
    const end = await browser.press('Allow', page)
    expect(end.parameters).toEqual({ code: expect.any(String), state: 'state-of-the-app' })
  })

  it('is known by the name that the provider tells, where the holder knows none', async () => {
    expect((await signIn(holder)).answer.text).toContain('Ana of the provider')
    idp.wrong = { claims: { name: 'Ana of the token' } }
    idp.paths.length = 0
    expect((await signIn(holder)).answer.text).toContain('Ana of the token')
    expect(idp.paths).not.toContain('/userinfo')
  })

  it('keeps the name that the holder knows', async () => {
    const at = bed.inner()
    const links = [{ idp: 'idp', sub: SUBJECT, user: 'ben' }]
    const other = await startHolder(at, community, { idp: idp.url }, { with: { links } })
    const { $ } = await signIn(other)
    expect($('dl').text()).toContain('Ben')
    expect($('dl').text()).not.toContain('Ana of the provider')
    await at.close()
  })

  it('refuses at the holder all the same when they do not want to share', async () => {
    const browser = new Visitor(bed)
    const page = await browser.open(authorizationUrl(holder, idp.url))
    const end = await browser.press('Deny', page)
    expect(end.parameters).toMatchObject({ error: 'access_denied', state: 'state-of-the-app' })
  })

  it('is sent there with what is the holder’s own: client_id, state, nonce, challenge', async () => {
    await signIn(holder, idp, { nonce: 'nonce-of-the-app' })
    await signIn(holder)
    const [first, second] = idp.asked.map((asked) => Object.fromEntries(asked))
    expect(first).toEqual({
      response_type: 'code',
      client_id: 'client-1',
      redirect_uri: `${holder.url}/callback`,
      scope: 'openid udap',
      state: expect.stringMatching(/^[\w-]{22,}$/),
      nonce: expect.stringMatching(/^[\w-]{22,}$/),
      code_challenge: expect.any(String),
      code_challenge_method: 'S256',
    })
    for (const name of ['state', 'nonce', 'code_challenge']) expect(second![name]).not.toBe(first![name])
    expect(first!.state).not.toBe('state-of-the-app')
    expect(first!.nonce).not.toBe('nonce-of-the-app')
  })

  it('is asked for what the app wants of a sign-in', async () => {
    const asked = { prompt: 'login select_account', max_age: '60', acr_values: 'http://udap.org/ial2' }
    await signIn(holder, idp, asked)
    expect(Object.fromEntries(idp.asked[0]!)).toMatchObject(asked)
  })

  it('is told to the app as the provider says it: how sure it is of them, and since when', async () => {
    const said = {
      acr: 'http://udap.org/ial3',
      amr: ['http://udap.org/aal1'],
      auth_time: Math.floor(Date.now() / 1000) - 100,
    }
    idp.wrong = { claims: said }
    const scopes = ['openid', 'udap', 'patient/Patient.rs']
    const at = bed.inner()
    const other = await startHolder(at, community, { idp: idp.url }, { with: { scopes } })
    const scope = scopes.join(' ')
    const claims = { ...CODE, redirect_uris: [REDIRECT_URI], scope }
    await register(other, await signStatement(other, other.credential, { claims }))
    const browser = new Visitor(bed)
    const page = await browser.open(authorizationUrl(other, idp.url, { scope }))
    const { parameters } = await browser.press('Allow', page)
    const assertion = await signAssertion(other, other.credential, other.clientId, {
      claims: { extensions: undefined },
    })
    const answer = await requestToken(other, assertion, {
      grant_type: 'authorization_code',
      scope: undefined,
      code: parameters.code!,
      redirect_uri: REDIRECT_URI,
      code_verifier: VERIFIER,
    })
    const { id_token } = answer.json() as { id_token: string }
    expect(decodeJwt(id_token)!.claims).toMatchObject({ ...said, iss: other.url })
    await at.close()
  })

  it('lets the holder exchange the code, with a client assertion and the verifier', async () => {
    await signIn(holder)
    const { client_assertion, code_verifier, ...form } = Object.fromEntries(idp.exchanged[0]!)
    expect(form).toEqual({
      grant_type: 'authorization_code',
      code: 'code-1',
      redirect_uri: `${holder.url}/callback`,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      udap: '1',
    })
    const challenge = createHash('sha256').update(code_verifier!).digest('base64url')
    expect(idp.asked[0]!.get('code_challenge')).toBe(challenge)
    const { header, claims } = decodeJwt(client_assertion!)!
    expect(header).toMatchObject({ alg: 'RS256', x5c: expect.any(Array) })
    expect(claims).toMatchObject({ iss: 'client-1', sub: 'client-1', aud: `${idp.url}/token` })
    expect(claims).not.toHaveProperty('extensions')
  })

  it('finds the holder registered once, whoever comes later or at the same time', async () => {
    await Promise.all([signIn(holder), signIn(holder), signIn(holder)])
    await signIn(holder)
    expect(idp.asked.map((asked) => asked.get('client_id'))).toEqual(Array(4).fill('client-1'))
    expect(idp.registrations).toEqual([
      expect.objectContaining({
        iss: holder.url,
        sub: holder.url,
        aud: `${idp.url}/register`,
        redirect_uris: [`${holder.url}/callback`],
        grant_types: ['authorization_code'],
        response_types: ['code'],
        scope: 'openid udap',
        logo_uri: `${holder.url}/logo.png`,
      }),
    ])
    const logo = await holder.call({ path: '/logo.png' })
    expect(logo).toMatchObject({ status: 200, headers: { 'content-type': 'image/png' } })
  })

  it('finds it registered again when the provider has forgotten it, but not without end', async () => {
    await signIn(holder)
    let lost = 1
    const forgotten: Provider['wrong'] = {
      instead: {
        '/token': (reply) => lost-- > 0 && reply.code(401).send({ error: 'invalid_client' }),
      },
    }
    idp.wrong = forgotten
    expect((await signIn(holder)).heading).toBe('Allow access?')
    expect(idp.registrations.length).toBe(2)
    lost = 10
    expect((await signIn(holder)).parameters).toMatchObject({ error: 'invalid_idp' })
    expect(idp.registrations.length).toBe(3)
  })

  it.each(['invalid_client', 'unauthorized_client'])(
    'finds it registered once more after %s',
    async (error) => {
      idp.wrong = { response: { code: undefined, error } }
      expect((await signIn(holder)).parameters).toMatchObject({ error: 'access_denied' })
      expect(idp.registrations.length).toBe(2)
      expect(idp.asked.length).toBe(2)
    },
  )

  it('is not sent there again by a holder that is known there, but did not authenticate', async () => {
    const register: NonNullable<Provider['wrong']['instead']>[string] = (reply) =>
      reply.code(201).send({ client_id: 'always-the-same' })
    idp.wrong = {
      instead: {
        '/register': register,
        '/token': (reply) => reply.code(401).send({ error: 'invalid_client' }),
      },
    }
    expect((await signIn(holder)).parameters).toMatchObject({ error: 'invalid_idp' })
    expect(idp.asked.length).toBe(1)
  })

  it('may have another provider than the next one', async () => {
    const ends = await Promise.all([signIn(holder, idp), signIn(holder, other)])
    expect(ends.map(({ heading }) => heading)).toEqual(['Allow access?', 'Allow access?'])
    expect([idp.registrations.length, other.registrations.length]).toEqual([1, 1])
    expect(idp.asked[0]!.get('state')).not.toBe(other.asked[0]!.get('state'))
  })

  it('is nobody when no link names them, whatever onFailure says', async () => {
    idp.wrong = { claims: { sub: 'a stranger' } }
    const end = await signIn(holder)
    expect(end.parameters).toMatchObject({ error: 'access_denied', state: 'state-of-the-app' })
  })

  it('is nobody when the subject is one of another provider', async () => {
    const links = [{ idp: 'other', sub: SUBJECT, patient: 'p1' }]
    const strict = await startHolder(inner.inner(), community, { other: other.url }, { with: { links } })
    expect((await signIn(strict, idp)).parameters).toMatchObject({ error: 'access_denied' })
  })

  it('is nobody when the UserInfo is about somebody else', async () => {
    idp.wrong = { userinfo: { sub: 'somebody-else' } }
    expect((await signIn(holder)).parameters).toMatchObject({ error: 'invalid_idp' })
    idp.wrong = { userinfo: { iss: 'https://somebody-else.example' } }
    expect((await signIn(holder)).parameters).toMatchObject({ error: 'invalid_idp' })
  })

  it.each(['/.well-known/openid-configuration', '/userinfo'])('does without %s', async (path) => {
    idp.wrong = { instead: { [path]: (reply) => reply.code(500).send('no') } }
    expect((await signIn(holder)).heading).toBe('Allow access?')
  })
})

describe('a provider that cannot be used', () => {
  let inner: Bed
  beforeEach(() => {
    inner = bed.inner()
    idp.wrong = { instead: { '/.well-known/udap': (reply) => reply.code(404).send() } }
    return () => inner.close()
  })

  const holderThat = (onFailure: 'reject' | 'local-sign-in' | 'other-idp', users: string[]) =>
    startHolder(
      inner,
      community,
      { idp: idp.url, other: other.url },
      { with: { tiered: { onFailure }, users } },
    )

  it('is told to the client', async () => {
    const { parameters } = await signIn(await holderThat('reject', ['ben']))
    expect(parameters).toMatchObject({ error: 'invalid_idp', state: 'state-of-the-app' })
  })

  it('leaves the person to sign in at the holder', async () => {
    const holder = await holderThat('local-sign-in', ['ben'])
    const browser = new Visitor(bed)
    const page = await browser.open(authorizationUrl(holder, idp.url))
    expect(page).toMatchObject({ status: 200, heading: 'Sign in' })
    expect(page.answer.text).toContain('identity provider')
    const consent = await browser.press('Sign in', page, { username: 'ben', password: 'secret' })
    expect(consent).toMatchObject({ heading: 'Allow access?' })
    expect(consent.answer.text).not.toContain('could not be used')
  })

  it('is told to the client when nobody could sign in at the holder', async () => {
    const { parameters } = await signIn(await holderThat('local-sign-in', []))
    expect(parameters).toMatchObject({ error: 'invalid_idp' })
  })

  it('leaves the person to choose another one', async () => {
    const holder = await holderThat('other-idp', ['ben'])
    const browser = new Visitor(bed)
    const page = await browser.open(authorizationUrl(holder, idp.url))
    expect(page).toMatchObject({ status: 200, heading: 'Choose how to sign in' })
    const again = await browser.press('idp', page)
    expect(again).toMatchObject({ heading: 'Choose how to sign in' })
    const consent = await browser.press('other', again)
    expect(consent).toMatchObject({ heading: 'Allow access?' })
    expect(other.asked.length).toBe(1)
  })

  it('says no more when the person cancelled meanwhile, in another tab', async () => {
    const holder = await holderThat('other-idp', [])
    const browser = new Visitor(bed)
    const page = await browser.open(authorizationUrl(holder, idp.url))
    other.wrong = { hold: true }
    const back = (await browser.press('other', page)).answer.text
    expect((await browser.press('Cancel', page)).parameters).toMatchObject({ error: 'access_denied' })
    const late = await browser.open(back)
    expect({ status: late.status, left: late.left }).toEqual({ status: 400, left: undefined })
    expect(late.alert).toContain('No sign-in is under way')
    expect(other.exchanged).toEqual([])
  })

  it('leaves them to choose what is offered, and nothing else', async () => {
    const browser = new Visitor(bed)
    const page = await browser.open(authorizationUrl(await holderThat('other-idp', []), idp.url))
    for (const chosen of ['https://elsewhere.example', '']) {
      const again = await browser.press('other', page, { idp: chosen })
      expect(again).toMatchObject({ heading: 'Choose how to sign in', alert: 'Choose one of these.' })
    }
  })

  it('leaves the person to choose the holder itself', async () => {
    const browser = new Visitor(bed)
    const page = await browser.open(authorizationUrl(await holderThat('other-idp', ['ben']), idp.url))
    expect(await browser.press('Sign in here', page)).toMatchObject({ heading: 'Sign in' })
  })
})

it('needs a certificate, and says so', async () => {
  const inner = bed.inner()
  const started = startHolder(inner, community, { idp: idp.url }, { context: { credentials: [] } })
  await expect(started).rejects.toThrow(
    'as is a client of identity providers (tiered), but has no certificate: give it "certificate: { from: … }".',
  )
  await inner.close()
})
