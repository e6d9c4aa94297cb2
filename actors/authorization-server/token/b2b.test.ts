import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Credential } from '../../actor.ts'
import type { CallResponse } from '../../call.ts'
import { Bed } from '../../fixture-bed.ts'
import {
  answerOf,
  B2B,
  registered,
  requestToken,
  type Server,
  signAssertion,
  startAuthorizationServer,
  startParties,
} from '../fixture.ts'

const bed = new Bed()
const NPI = 'urn:oid:2.16.840.1.113883.4.6#1234567893'
const SYSDEV = 'urn:oid:2.16.840.1.113883.5.8#SYSDEV'
let credential: Credential
let server: Server
let clientId: string
/** A community that wants more of subject_id and purpose_of_use. */
let strict: Server
let strictId: string

beforeAll(async () => {
  const { community, ...parties } = await startParties(bed)
  ;({ server, credential } = parties)
  clientId = await registered(server, credential)
  const policy = { revocation: 'off', subjectId: 'npi', purposesOfUse: [...B2B.purpose_of_use, SYSDEV] }
  strict = await startAuthorizationServer(bed, { communities: [community], context: { policy } })
  strictId = await registered(strict, credential)
})
afterAll(() => bed.close())

async function tokenFor(
  changed: Record<string, unknown>,
  at = server,
  id = clientId,
  others: Record<string, unknown> = {},
): Promise<CallResponse> {
  const extensions = { 'hl7-b2b': { ...B2B, ...changed }, ...others }
  return requestToken(at, await signAssertion(at, credential, id, { claims: { extensions } }))
}

const POLICY = ['urn:oid:2.16.840.1.113883.3.7204']
const REFERENCE = ['https://payer.example/Consent/1']

test.each<[string, Record<string, unknown>]>([
  ['only what is required', {}],
  ['a name without id and role', { subject_name: 'A system' }],
  ['a person', { subject_name: 'Ann Example', subject_id: NPI, subject_role: 'urn:oid:1.2#163W00000X' }],
  ['an id that is no NPI', { subject_name: 'Ann Example', subject_id: 'employee 7' }],
  ['the name of the organization', { organization_name: 'Example Payer' }],
  ['a urn as organization', { organization_id: 'urn:oid:1.2.3' }],
  ['codes that nobody knows', { purpose_of_use: ['no-such-code', 'urn:example:codes#X'] }],
  ['a consent policy', { consent_policy: POLICY }],
  ['a consent policy and the consent', { consent_policy: POLICY, consent_reference: REFERENCE }],
  ['keys that the guide does not have', { x_extra: { a: [null] } }],
])('accepted: %s', async (_what, changed) => {
  const answer = await tokenFor(changed)
  expect(answer.status, answer.text).toBe(200)
})

test('an extension object that nobody knows is ignored beside it', async () => {
  const others = { 'tefca-ias': { version: 1 }, 'https://other.example': 'x' }
  expect((await tokenFor({}, server, clientId, others)).status).toBe(200)
})

// What is wrong, the check that must refuse it (and no other).
test.each<[string, string, Record<string, unknown>]>([
  ['no version', 'version', { version: undefined }],
  ['version as a number', 'version', { version: 1 }],
  ['another version', 'version', { version: '2' }],
  ['subject_name null', 'subject-name', { subject_name: null }],
  ['subject_name empty', 'subject-name', { subject_name: ' ' }],
  ['subject_id as a number', 'subject-id', { subject_name: 'Ann', subject_id: 1234567893 }],
  ['subject_role as a list', 'subject-role', { subject_name: 'Ann', subject_role: ['163W00000X'] }],
  ['organization_name as an object', 'organization-name', { organization_name: { text: 'Payer' } }],
  ['no organization_id', 'organization-id', { organization_id: undefined }],
  ['organization_id that is no URI', 'organization-id', { organization_id: 'Example Payer' }],
  ['organization_id as a list', 'organization-id', { organization_id: ['urn:oid:1.2.3'] }],
  ['no purpose_of_use', 'purpose-of-use', { purpose_of_use: undefined }],
  ['purpose_of_use as text', 'purpose-of-use', { purpose_of_use: SYSDEV }],
  ['no purpose in it', 'purpose-of-use', { purpose_of_use: [] }],
  ['a purpose that is no text', 'purpose-of-use', { purpose_of_use: [SYSDEV, 1] }],
  ['an empty purpose', 'purpose-of-use', { purpose_of_use: [''] }],
  ['consent_policy as text', 'consent-policy', { consent_policy: POLICY[0] }],
  ['consent_policy without a policy', 'consent-policy', { consent_policy: [] }],
  ['consent_policy that is no URI', 'consent-policy', { consent_policy: ['on file'] }],
  [
    'consent_reference as text',
    'consent-reference',
    { consent_policy: POLICY, consent_reference: REFERENCE[0] },
  ],
  [
    'consent_reference that is relative',
    'consent-reference',
    { consent_policy: POLICY, consent_reference: ['Consent/1'] },
  ],
  [
    'consent_reference that is no URL',
    'consent-reference',
    { consent_policy: POLICY, consent_reference: ['urn:uuid:6a8f8a9c-0000-4000-8000-000000000000'] },
  ],
  ['consent_reference without consent_policy', 'consent-without-policy', { consent_reference: REFERENCE }],
])('refused: %s', async (_what, check, changed) => {
  expect(answerOf(await tokenFor(changed))).toEqual({
    status: 400,
    error: 'invalid_grant',
    error_description: expect.stringMatching(/^hl7-b2b: /),
  })
  const skip = `skip/b2b-${check}`
  const arm = await server.actor.arm([{ inject: skip }])
  const accepted = await tokenFor(changed)
  expect(await server.actor.disarm(arm)).toEqual([{ fault: skip }])
  expect(accepted.status, accepted.text).toBe(200)
})

test.each<[string, Record<string, unknown>, number]>([
  ['no subject at all', {}, 200],
  ['an NPI after its namespace', { subject_name: 'Ann', subject_id: NPI }, 200],
  ['an NPI alone', { subject_name: 'Ann', subject_id: '1234567893' }, 200],
  ['an NPI with a wrong check digit', { subject_name: 'Ann', subject_id: '1234567890' }, 400],
  ['an id of another kind', { subject_name: 'Ann', subject_id: 'employee 7' }, 400],
  ['a purpose of the community', { purpose_of_use: [SYSDEV] }, 200],
  ['a purpose of the community and another one', { purpose_of_use: [SYSDEV, 'FUN'] }, 400],
])('a community may want more: %s', async (_what, changed, status) => {
  const answer = await tokenFor(changed, strict, strictId)
  expect(answer.status, answer.text).toBe(status)
  if (status === 400) expect(answer.json()).toMatchObject({ error: 'invalid_grant' })
})
