/**
 * What an hl7-b2b object may point to, served by the app itself: its organization, and the consent of a patient
 * with the document that was signed (guide, B2B 5.2.1.1: all of it must resolve for the receiver).
 */
import type { FastifyInstance } from 'fastify'
import { html, page } from '../html.ts'
import type { Runtime } from '../runtime.ts'
import { sendPage } from './pages.ts'

/** Endpoint name to path. */
export const REFERENCE_PATHS = {
  organization: '/organization',
  consent: '/fhir/Consent/1',
  consentDocument: '/documents/consent.txt',
}

const DOCUMENT = 'The patient agrees that their records are shared. This is a test document.\n'

export function references(app: FastifyInstance, { context, make }: Runtime): void {
  const { url, title } = context
  app.get(REFERENCE_PATHS.organization, async (_request, reply) =>
    sendPage(
      reply,
      200,
      page({ site: title, heading: title, main: html`<p>The organization of ${title}.</p>` }),
    ),
  )
  app.get(REFERENCE_PATHS.consent, async (_request, reply) => {
    const body = await make('consent', consent(url + REFERENCE_PATHS.consentDocument), JSON.stringify)
    return reply.type('application/fhir+json').send(body)
  })
  app.get(REFERENCE_PATHS.consentDocument, async (_request, reply) =>
    reply.type('text/plain; charset=utf-8').send(DOCUMENT),
  )
}

/** FHIR R4 Consent; the document is elsewhere. */
const consent = (document: string) => ({
  resourceType: 'Consent',
  id: '1',
  status: 'active',
  scope: coded('http://terminology.hl7.org/CodeSystem/consentscope', 'patient-privacy'),
  category: [coded('http://loinc.org', '59284-0')],
  policy: [{ uri: 'urn:oid:2.16.840.1.113883.3.184.50.1' }],
  sourceAttachment: { contentType: 'text/plain', url: document },
})

const coded = (system: string, code: string) => ({ coding: [{ system, code }] })
