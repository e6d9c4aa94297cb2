/**
 * Is what an hl7-b2b object points to there: an organization_id that is a URL, each consent_reference, and the
 * document of a consent that is not in it (guide, B2B 5.2.1.1)? Fetched only when the policy says so.
 */
import { isObject, type Json, type JsonObject } from '../../../wire/json.ts'
import { BOUNDED, CallFailed, type CallResponse } from '../../call.ts'
import type { Check } from '../../checks.ts'
import { bodyOf } from '../../client/answer.ts'
import { refuse } from '../form-request.ts'
import type { Server } from '../server.ts'
import { isUrl } from '../uri.ts'
import { extension } from './b2b.ts'
import type { TokenRequest } from './token-request.ts'

/** A request to us must not become a flood of requests to others, nor wait for ever. */
const MOST = 5
const MOST_REDIRECTS = 3
/** Less than clients wait for an answer (call.ts): they hear what did not resolve. */
const ALL_MS = 8_000

export const references: Check<TokenRequest> = {
  name: 'b2b-references',
  refs: ['b2b-033', 'b2b-037', 'b2b-038'],
  async run(subject) {
    const { server } = subject
    const object = extension(subject)
    if (!server.policy.resolveReferences || !object) return
    const { organization_id, consent_reference } = object
    const resolve = resolver(server)
    if (isUrl(organization_id)) await resolve(organization_id, 'organization_id')
    for (const url of bounded(consent_reference)) {
      const { url: at, answer } = await resolve(url, 'consent_reference')
      for (const document of documentsOf(bodyOf(answer), at)) await resolve(document, 'the consent document')
    }
  },
}

function bounded(urls: Json | undefined): string[] {
  const all = Array.isArray(urls) ? urls.filter(isUrl) : []
  if (all.length > MOST) refuse('invalid_grant', `consent_reference has more than ${MOST} URLs.`)
  return all
}

/** Follows redirects, to http and https only; all that one token request refers to has one time limit. */
function resolver({ runtime }: Server) {
  const began = performance.now()

  async function fetched(url: string, what: string): Promise<CallResponse> {
    const left = Math.ceil(ALL_MS - (performance.now() - began))
    if (left <= 0) return refuse('invalid_grant', `${what} does not resolve: it takes too long.`)
    try {
      const timeoutMs = Math.min(left, BOUNDED.timeoutMs)
      return await runtime.call({
        ...BOUNDED,
        timeoutMs,
        url,
        headers: { accept: 'application/fhir+json, */*' },
      })
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error
      return refuse('invalid_grant', `${what} does not resolve: ${error.message}`)
    }
  }

  return async (from: string, what: string): Promise<{ url: string; answer: CallResponse }> => {
    let url = from
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      const answer = await fetched(url, what)
      const { status, headers } = answer
      const location = status >= 300 && status <= 399 ? headers.location : undefined
      if (location === undefined || !URL.canParse(location, url)) {
        if (status === 200) return { url, answer }
        return refuse('invalid_grant', `${what} does not resolve: the answer was ${status}.`)
      }
      url = new URL(location, url).href
    }
    return refuse(
      'invalid_grant',
      `${what} does not resolve: it is redirected more than ${MOST_REDIRECTS} times.`,
    )
  }
}

/** URLs of the documents of a Consent or DocumentReference that are not in it; relative ones by where it was (FHIR). */
function documentsOf(resource: JsonObject, at: string): string[] {
  if (Array.isArray(resource.contained) && resource.contained.length > 0) return []
  const attachments = attachmentsOf(resource)
  if (attachments.some(({ data }) => typeof data === 'string')) return []
  const urls = attachments.flatMap(({ url }) => (typeof url === 'string' && URL.canParse(url, at) ? url : []))
  if (urls.length === 0)
    refuse('invalid_grant', 'A consent_reference has neither its document in it nor the URL of one.')
  return urls.slice(0, MOST).map((url) => new URL(url, at).href)
}

function attachmentsOf({ sourceAttachment, content }: JsonObject): JsonObject[] {
  const source = Array.isArray(sourceAttachment) ? sourceAttachment : [sourceAttachment]
  const contents = Array.isArray(content)
    ? content.map((one) => (isObject(one) ? one.attachment : undefined))
    : []
  return [...source, ...contents].filter(isObject)
}
