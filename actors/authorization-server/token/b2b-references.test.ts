import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Credential } from '../../actor.ts'
import { Bed, runs } from '../../fixture-bed.ts'
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
let credential: Credential
let server: Server
let clientId: string
let origin: string
/** What anybody may have put there. */
let consentText = ''

beforeAll(async () => {
  const { community, ...parties } = await startParties(bed)
  ;({ credential } = parties)
  const policy = { revocation: 'off', resolveReferences: true }
  server = await startAuthorizationServer(bed, { communities: [community], context: { policy } })
  clientId = await registered(server, credential)
  const consent = (attachment: object) => ({ resourceType: 'Consent', sourceAttachment: attachment })
  origin = await bed.serve('references', (app) => {
    app.get('/organization', (_request, reply) => reply.send('here'))
    app.get('/moved', (_request, reply) => reply.redirect('/organization'))
    app.get('/loop', (_request, reply) => reply.redirect('/loop'))
    app.get('/away', (_request, reply) => reply.redirect('ftp://files.example/x'))
    app.get('/huge', (_request, reply) => reply.send('x'.repeat(100_000)))
    app.get('/fhir/with-data', (_request, reply) => reply.send(consent({ data: 'AAAA' })))
    app.get('/fhir/relative', (_request, reply) => reply.send(consent({ url: '../organization' })))
    app.get('/fhir/document-gone', (_request, reply) => reply.send(consent({ url: '/gone' })))
    app.get('/fhir/without', (_request, reply) => reply.send(consent({})))
    app.get('/fhir/nonsense', (_request, reply) => reply.send('[[[{'))
    app.get('/fhir/any', (_request, reply) => reply.type('application/fhir+json').send(consentText))
    app.get('/fhir/several', (_request, reply) =>
      reply.send({
        resourceType: 'DocumentReference',
        content: [
          { attachment: { url: `${origin}/organization` } },
          { attachment: { url: `${origin}/moved` } },
          7,
        ],
      }),
    )
  })
})
afterAll(() => bed.close())

async function tokenFor(changed: Record<string, unknown>) {
  const extensions = { 'hl7-b2b': { ...B2B, organization_id: 'urn:oid:1.2.3', ...changed } }
  const answer = await requestToken(
    server,
    await signAssertion(server, credential, clientId, { claims: { extensions } }),
  )
  return answerOf(answer)
}
const consents = (...paths: string[]) => ({
  consent_policy: ['urn:x:policy'],
  consent_reference: paths.map((path) => origin + path),
})

test.each<[string, () => Record<string, unknown>]>([
  ['an organization_id that is no URL', () => ({})],
  ['an organization that is there', () => ({ organization_id: `${origin}/organization` })],
  ['one that is redirected', () => ({ organization_id: `${origin}/moved` })],
  ['a consent with its document in it', () => consents('/fhir/with-data')],
  ['a consent whose document is beside it', () => consents('/fhir/relative')],
  ['a document reference', () => consents('/fhir/several', '/fhir/with-data')],
])('%s is good', async (_what, changed) => {
  expect((await tokenFor(changed())).status).toBe(200)
})

test.each<[string, () => Record<string, unknown>, string]>([
  [
    'an organization that is gone',
    () => ({ organization_id: `${origin}/gone` }),
    'organization_id does not resolve: the answer was 404.',
  ],
  [
    'a server that nobody runs',
    () => ({ organization_id: 'https://nobody.localhost:1/' }),
    'organization_id does not resolve',
  ],
  ['redirects without end', () => ({ organization_id: `${origin}/loop` }), 'redirected more than 3 times'],
  [
    'a redirect to what is not the web',
    () => ({ organization_id: `${origin}/away` }),
    'is not an http or https URL',
  ],
  [
    'an answer without end',
    () => ({ organization_id: `${origin}/huge` }),
    'organization_id does not resolve',
  ],
  [
    'a consent that is gone',
    () => consents('/fhir/with-data', '/gone'),
    'consent_reference does not resolve: the answer was 404.',
  ],
  ['a consent without document', () => consents('/fhir/without'), 'neither its document in it'],
  ['a consent that nobody can read', () => consents('/fhir/nonsense'), 'neither its document in it'],
  [
    'a document that is gone',
    () => consents('/fhir/document-gone'),
    'the consent document does not resolve: the answer was 404.',
  ],
  ['too many of them', () => consents(...Array(6).fill('/fhir/with-data')), 'more than 5'],
])('%s is refused', async (_what, changed, words) => {
  expect(await tokenFor(changed())).toEqual({
    status: 400,
    error: 'invalid_grant',
    error_description: expect.stringContaining(words),
  })
})

test('whatever a consent says, the request is granted or refused', async () => {
  const attachment = fc.oneof(
    fc.record({
      url: fc.oneof(
        fc.string(),
        fc.webPath(),
        fc.constantFrom('//', 'https://[', 'file:///etc/hosts', 'data:,x'),
      ),
    }),
    fc.record({ data: fc.jsonValue() }),
    fc.jsonValue(),
  )
  const consent = fc.record(
    {
      contained: fc.oneof(fc.constant([]), fc.jsonValue()),
      sourceAttachment: fc.oneof(attachment, fc.array(attachment)),
      content: fc.oneof(fc.array(fc.record({ attachment })), fc.jsonValue()),
    },
    { requiredKeys: [] },
  )
  const property = fc.asyncProperty(fc.oneof(consent, fc.jsonValue()), async (said) => {
    consentText = JSON.stringify(said)
    expect([200, 400]).toContain((await tokenFor(consents('/fhir/any'))).status)
  })
  await fc.assert(property, runs(60))
})
