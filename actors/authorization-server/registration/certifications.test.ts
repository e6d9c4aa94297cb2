import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generateKey } from '../../../certs/keys.ts'
import { deepFreeze, type JsonObject } from '../../../wire/json.ts'
import type { Credential } from '../../actor.ts'
import { Bed } from '../../fixture-bed.ts'
import { startCommunity } from '../../fixture-community.ts'
import {
  answerOf,
  type JwtChanges,
  type Parties,
  register,
  type Server,
  signCertification,
  signStatement,
  startAuthorizationServer,
  startParties,
} from '../fixture.ts'

const PRIVACY = 'https://programme.example/privacy'
const SECURITY = 'https://programme.example/security'

const bed = new Bed()
let parties: Parties
let certifier: Credential
let server: Server

beforeAll(async () => {
  parties = await startParties(bed)
  certifier = await parties.community.issue(['https://certifier.example/seal'], 'certifier')
  server = await serverWith({ supportedCertifications: [PRIVACY, SECURITY] })
})
afterAll(() => bed.close())

const serverWith = (policy: JsonObject) =>
  startAuthorizationServer(bed, {
    communities: [parties.community],
    // As the plan hands it over.
    context: { policy: deepFreeze({ revocation: 'off', ...policy }) },
  })

async function send(certifications: unknown, at = server): Promise<unknown> {
  const statement = await signStatement(at, parties.credential)
  return answerOf(await register(at, statement, { certifications } as JsonObject))
}

const certify = (changes: JwtChanges = {}, programme = PRIVACY) =>
  signCertification(certifier, programme, changes)

const isRegistered = { client_id: expect.any(String) }

describe('a good certification is accepted, and the answer repeats it', () => {
  test('by a third party', async () => {
    const good = await certify()
    expect(await send([good])).toMatchObject({ ...isRegistered, certifications: [good] })
  })

  test('by the client itself', async () => {
    const own = await signCertification(parties.credential, SECURITY)
    expect(await send([own])).toMatchObject({ ...isRegistered, certifications: [own] })
  })

  test('for this server among others', async () => {
    const aud = ['https://as.example/register', `${server.url}/register`]
    const good = [await certify({ claims: { aud } }), await certify({ claims: { aud: aud[1] } })]
    expect(await send(good)).toMatchObject({ ...isRegistered, certifications: good })
  })

  test('that lists what the client asks for, and more', async () => {
    const claims = {
      grant_types: ['client_credentials'],
      scope: 'system/Patient.rs system/Observation.rs',
      client_name: 'A backend',
      tos_uri: 'https://app.example/terms',
    }
    const good = await certify({ claims })
    expect(await send([good])).toMatchObject({ ...isRegistered, certifications: [good] })
  })

  test('again with each registration: it is no statement that is used up', async () => {
    const good = await certify()
    expect(await send([good])).toMatchObject({ certifications: [good] })
    expect(await send([good])).toMatchObject({ certifications: [good] })
  })
})

describe('what is not understood is ignored', () => {
  test('a certification of an unknown programme, good or bad', async () => {
    const unknown = 'https://programme.example/other'
    const good = await certify({}, unknown)
    const bad = await certify({ key: await generateKey('rsa-2048') }, unknown)
    const none = await certify({ claims: { certification_uris: undefined } })
    expect(await send([good, bad, none])).toMatchObject({ ...isRegistered, certifications: [] })
  })

  test('all of them, where no programme is supported or the policy says so', async () => {
    const plain = await serverWith({})
    expect(await send(['not.a.jwt'], plain)).toMatchObject({ ...isRegistered, certifications: [] })
    const deaf = await serverWith({ certifications: 'ignore', supportedCertifications: [PRIVACY] })
    expect(await send([await certify()], deaf)).toMatchObject({ ...isRegistered, certifications: [] })
  })
})

const now = Math.floor(Date.now() / 1000)
const DAY = 86_400
const INVALID = 'invalid_certification'

const claims = (changed: Record<string, unknown>): JwtChanges => ({ claims: changed })

// What is wrong, the check that must refuse it (and no other).
const refusals: [string, string, JwtChanges][] = [
  ['no x5c', 'certification-x5c', { header: { x5c: undefined } }],
  ['iss of somebody else', 'certification-issuer', claims({ iss: 'https://other.example' })],
  ['about another client', 'certification-subject', claims({ sub: 'https://other.example' })],
  ['for another server', 'certification-audience', claims({ aud: 'https://as.example/register' })],
  ['for no server', 'certification-audience', claims({ aud: [] })],
  ['no exp', 'certification-times', claims({ exp: undefined })],
  ['iat as text', 'certification-times', claims({ iat: String(now) })],
  ['iat in the future', 'certification-issued-at', claims({ iat: now + 600 })],
  ['expired', 'certification-expiry', claims({ iat: now - DAY, exp: now - 60 })],
  [
    'lives longer than three years',
    'certification-lifetime',
    claims({ iat: now - 900 * DAY, exp: now + 300 * DAY }),
  ],
  ['outlives its certificate', 'certification-outlives-certificate', claims({ exp: now + 400 * DAY })],
  ['no jti', 'certification-jti', claims({ jti: undefined })],
  ['no name', 'certification-name', claims({ certification_name: undefined })],
  ['programmes as text', 'certification-uris', claims({ certification_uris: PRIVACY })],
  ['a programme without URI', 'certification-uris', claims({ certification_uris: [PRIVACY, 'privacy'] })],
  ['another client_name', 'certification-parameters', claims({ client_name: 'Another' })],
  ['other grant types', 'certification-parameters', claims({ grant_types: ['authorization_code'] })],
  ['fewer scopes', 'certification-parameters', claims({ scope: 'system/Observation.rs' })],
]

describe('one wrong thing is refused by one check', () => {
  test.each(refusals)('%s: %s', async (_what, check, changes) => {
    const bad = await certify(changes)
    expect(await send([bad])).toEqual({
      status: 400,
      error: INVALID,
      error_description: expect.stringMatching(/^certifications\[0\]: The certification /),
    })
    await acceptedWithout(check, bad)
  })

  test('signed by another key: invalid_certification', async () => {
    const bad = await certify({ key: await generateKey('rsa-2048') })
    expect(await send([bad])).toMatchObject({ status: 400, error: INVALID })
    await acceptedWithout('certification-signature', bad)
  })

  test('a certifier whom nobody trusts: unapproved_certification', async () => {
    const stranger = await (await startCommunity(bed, 'stranger')).issue(['https://certifier.example/seal'])
    const bad = await signCertification(stranger, PRIVACY)
    expect(await send([bad])).toMatchObject({ status: 400, error: 'unapproved_certification' })
    await acceptedWithout('certification-chain', bad)
  })

  test.each(['not.a.jwt', '', 'a.b.c'])('no JWT: "%s"', async (junk) => {
    expect(await send([junk])).toMatchObject({ status: 400, error: INVALID })
  })

  test('signed with alg none', async () => {
    const [, payload] = (await certify()).split('.')
    const head = { alg: 'none', x5c: certifier.chain }
    const forged = `${Buffer.from(JSON.stringify(head)).toString('base64url')}.${payload}.`
    expect(await send([forged])).toMatchObject({ status: 400, error: INVALID })
  })

  async function acceptedWithout(check: string, bad: string) {
    const arm = await server.actor.arm([{ inject: `skip/${check}` }])
    expect(await send([bad])).toMatchObject({ ...isRegistered, certifications: [bad] })
    expect(await server.actor.disarm(arm)).toEqual([{ fault: `skip/${check}` }])
  }
})

test('the message says which certification is bad', async () => {
  expect(await send([await certify(), await certify(claims({ jti: undefined }))])).toMatchObject({
    status: 400,
    error_description: 'certifications[1]: The certification must have a jti claim.',
  })
})

test.each([
  ['an object', {}],
  ['text', 'a.b.c'],
  ['numbers', [1]],
  ['too many', Array(11).fill('a.b.c')],
])('certifications that are %s are refused', async (_what, list) => {
  expect(await send(list)).toMatchObject({ status: 400, error: 'invalid_client_metadata' })
})

describe('by policy', () => {
  test('a bad one is dropped, the good ones count', async () => {
    const lenient = await serverWith({ supportedCertifications: [PRIVACY], onBadCertification: 'drop' })
    const good = await certify()
    const bad = await certify(claims({ sub: 'https://other.example' }))
    expect(await send([bad, good], lenient)).toMatchObject({ ...isRegistered, certifications: [good] })
  })

  test('skip/certifications drops it too', async () => {
    const arm = await server.actor.arm([{ inject: 'skip/certifications' }])
    expect(await send([await certify(claims({ jti: '' }))])).toMatchObject({
      ...isRegistered,
      certifications: [],
    })
    await server.actor.disarm(arm)
  })

  describe('one is required', () => {
    let strict: Server
    beforeAll(async () => {
      strict = await serverWith({
        certifications: 'require',
        supportedCertifications: [PRIVACY],
        requiredCertifications: [SECURITY],
        onBadCertification: 'drop',
      })
    })
    const missing = {
      status: 400,
      error: 'invalid_client_metadata',
      error_description: `The registration needs a certification of ${SECURITY}.`,
    }

    test('and published', async () => {
      const metadata = await strict.call({ path: '/.well-known/oauth-authorization-server' })
      expect(metadata.json()).toMatchObject({
        udap_certifications_supported: [PRIVACY, SECURITY],
        udap_certifications_required: [SECURITY],
      })
    })

    test('so without it nobody is registered', async () => {
      expect(await send(undefined, strict)).toEqual(missing)
      expect(await send([], strict)).toEqual(missing)
      expect(await send([await certify()], strict)).toEqual(missing)
      expect(await send([await certify(claims({ jti: undefined }), SECURITY)], strict)).toEqual(missing)
      const arm = await strict.actor.arm([{ inject: 'skip/required-certifications' }])
      expect(await send([], strict)).toMatchObject(isRegistered)
      await strict.actor.disarm(arm)
    })

    test('with it everybody is, and cancels without', async () => {
      const good = await certify({}, SECURITY)
      expect(await send([good], strict)).toMatchObject({ ...isRegistered, certifications: [good] })
      const cancel = await signStatement(strict, parties.credential, claims({ grant_types: [] }))
      expect(answerOf(await register(strict, cancel))).toMatchObject({ status: 200, grant_types: [] })
    })
  })

  test('that contradicts itself, the server does not start', async () => {
    await expect(serverWith({ certifications: 'require' })).rejects.toThrow(
      'needs policy.requiredCertifications',
    )
    await expect(serverWith({ requiredCertifications: [PRIVACY] })).rejects.toThrow(
      'needs policy.certifications: require',
    )
  })
})

test('the signer of a certification must not be revoked', async () => {
  const strict = await serverWith({ supportedCertifications: [PRIVACY], revocation: 'hard-fail' })
  const revoked = await parties.community.issue(['https://certifier.example/late'], 'revoked certifier')
  const signed = await signCertification(revoked, PRIVACY)
  expect(await send([signed], strict)).toMatchObject({ certifications: [signed] })
  await parties.community.revoke(revoked)
  const fresh = await serverWith({ supportedCertifications: [PRIVACY], revocation: 'hard-fail' })
  expect(await send([signed], fresh)).toMatchObject({ status: 400, error: 'unapproved_certification' })
})
