/** A relying party that is not ours signs a person in: openid-client knows nothing of UDAP but what is put in here. */
import { createPrivateKey } from 'node:crypto'
import * as rp from 'openid-client'
import { Agent, fetch } from 'undici'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Credential } from '../actors/actor.ts'
import { Browser, CALLBACK } from '../actors/authorization-server/authorization/fixture.ts'
import { CLIENT_URI, type Server } from '../actors/authorization-server/fixture.ts'
import { Bed } from '../actors/fixture-bed.ts'
import { startCommunity } from '../actors/fixture-community.ts'
import { ANA, registerClient, startIdentityProvider, walk } from '../actors/identity-provider/fixture.ts'

const SIGNED_OUT = 'https://app.example/signed-out'

const bed = new Bed()
let idp: Server
let agent: Agent
let config: rp.Configuration
let browser: Browser

beforeAll(async () => {
  const community = await startCommunity(bed)
  const credential = await community.issue([CLIENT_URI])
  idp = await startIdentityProvider(bed, [community])
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
  const clientId = await registerClient(idp, credential, { post_logout_redirect_uris: [SIGNED_OUT] })
  config = await rp.discovery(new URL(idp.url), clientId, undefined, await authentication(credential), {
    // undici's own fetch: the one built into Node cannot use this Agent.
    [rp.customFetch]: async (url, options) =>
      (await fetch(url, { ...options, dispatcher: agent } as Parameters<
        typeof fetch
      >[1])) as unknown as Response,
  })
  // It checks the signature of ID tokens with the keys at jwks_uri as well.
  rp.enableNonRepudiationChecks(config)
})
beforeEach(() => {
  browser = new Browser(bed)
})
afterAll(async () => {
  await agent.close()
  await bed.close()
})

test('openid-client signs a person in, reads who they are, and signs them out', async () => {
  const { tokens, claims } = await signedIn({ scope: 'openid udap profile email' })
  expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 300 })
  expect(tokens.refresh_token).toBeUndefined()
  expect(claims).toMatchObject({
    iss: idp.url,
    aud: config.clientMetadata().client_id,
    acr: 'http://udap.org/ial2',
    amr: ['http://udap.org/aal3'],
  })

  const about = await rp.fetchUserInfo(config, tokens.access_token, claims.sub)
  expect(about).toEqual({ ...ANA.claims, iss: idp.url, sub: claims.sub })

  const state = rp.randomState()
  const url = rp.buildEndSessionUrl(config, {
    id_token_hint: tokens.id_token!,
    post_logout_redirect_uri: SIGNED_OUT,
    state,
  })
  expect(await browser.leave(url.href)).toBe(`${SIGNED_OUT}?${new URLSearchParams({ state })}`)
  await expect(signedIn({ prompt: 'none' })).rejects.toMatchObject({ error: 'login_required' })
})

test('who is signed in is signed in again without being asked (prompt=none)', async () => {
  await expect(signedIn({ prompt: 'none' })).rejects.toMatchObject({ error: 'login_required' })
  const { claims } = await signedIn({})
  const again = await signedIn({ prompt: 'none' })
  expect(again.claims.sub).toBe(claims.sub)
  expect(again.claims.auth_time).toBe(claims.auth_time)
  expect(again.claims.nonce).not.toBe(claims.nonce)
})

test('a refusal by the person is the OAuth error that it is', async () => {
  await expect(signedIn({}, 'Deny')).rejects.toMatchObject({
    name: 'AuthorizationResponseError',
    error: 'access_denied',
  })
})

// Wrong beyond our own reading of the specifications. It does not look at azp of one audience, at_hash or the age.
test.each([
  'alg-none',
  'alg-hs256',
  'bad-signature',
  'other-key',
  'other-certificate',
  'unknown-key',
  'wrong-issuer',
  'issuer-with-slash',
  'no-iss',
  'wrong-audience',
  'no-audience',
  'extra-audience',
  'expired',
  'no-exp',
  'exp-as-text',
  'no-iat',
  'wrong-nonce',
  'no-nonce',
  'no-sub',
])('openid-client refuses the ID token of the fault %s', async (mutation) => {
  const fault = `id-token/${mutation}`
  const id = await idp.actor.arm([{ inject: fault }])
  const outcome = await signedIn({}).catch((error: unknown) => error)
  expect(await idp.actor.disarm(id)).toEqual([{ fault }])
  expect(outcome).toBeInstanceOf(rp.ClientError)
})

/** From the authorization URL to the validated ID token. */
async function signedIn(parameters: Record<string, string>, answer: 'Allow' | 'Deny' = 'Allow') {
  const pkceCodeVerifier = rp.randomPKCECodeVerifier()
  const expectedState = rp.randomState()
  const expectedNonce = rp.randomNonce()
  const url = rp.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope: 'openid udap',
    code_challenge: await rp.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
    ...parameters,
  })
  const back = await walk(browser, url.href, answer)
  const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true }
  const tokens = await rp.authorizationCodeGrant(config, new URL(back), checks, { udap: '1' })
  return { tokens, claims: tokens.claims()! }
}

/** private_key_jwt as UDAP has it: the certificate in x5c, the endpoint as aud. */
async function authentication({ key, chain }: Credential): Promise<rp.ClientAuth> {
  const der = createPrivateKey(key).export({ type: 'pkcs8', format: 'der' })
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  const signingKey = await crypto.subtle.importKey('pkcs8', new Uint8Array(der), algorithm, false, ['sign'])
  return rp.PrivateKeyJwt(signingKey, {
    [rp.modifyAssertion]: (header, payload) => {
      header.x5c = chain
      payload.aud = `${idp.url}/token`
    },
  })
}
