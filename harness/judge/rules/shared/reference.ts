/** Whether a URL that a client assertion names resolves for the server that got it (guide, B2B 5.2.1.1). */
import { isObject, type Json, type JsonObject } from '../../../../wire/json.ts'
import { parseJson } from '../../../../wire/parse.ts'
import { type History, isSuccess } from '../../history.ts'
import { answered } from '../../hops.ts'
import type { Message } from '../../message.ts'
import type { Finding } from '../../rule.ts'
import { answerOf } from '../../words.ts'

const MOST_REDIRECTS = 10

/** The request at the end of all redirects by which the server fetched it; undefined when it did not. */
export function fetched(url: string, assertion: Message, { messages }: History): Message | undefined {
  const later = messages.slice(messages.indexOf(assertion) + 1)
  const fetchOf = (wanted: string) =>
    later.find(
      ({ kind, author, hop }) =>
        kind.endsWith('-request') && author === assertion.reader && hop.request?.url === new URL(wanted).href,
    )
  let from = url
  for (let n = 0; n <= MOST_REDIRECTS; n++) {
    const request = fetchOf(from)
    const response = request && answered(request.hop)
    const location = response && response.status >= 300 && response.status <= 399 && response.headers.location
    if (!location || !URL.canParse(location, from)) return request
    from = new URL(location, from).href
  }
  return undefined
}

/** @param what for people: "a URL of consent_reference" */
export function resolves(
  url: string,
  what: string,
  assertion: Message,
  history: History,
): Finding | undefined {
  const at = fetched(url, assertion, history)
  if (!at) return undefined
  const status = answered(at.hop)?.status
  if (isSuccess(status)) return 'met'
  // Who asks without a login, or too often, or of a server that fails, does not learn whether it is there.
  if (status !== undefined && (status >= 500 || [401, 403, 429].includes(status))) return undefined
  return { expected: `${what} that resolves`, seen: answerOf(at.hop), at }
}

/** The FHIR resource that came from there. */
export function resourceAt(
  url: string,
  assertion: Message,
  history: History,
): { resource: JsonObject; at: Message } | undefined {
  const at = fetched(url, assertion, history)
  const response = at && answered(at.hop)
  const resource = response && isSuccess(response.status) ? parseJson(response.body) : undefined
  return at && isObject(resource) ? { resource, at } : undefined
}

/** Of a Consent (R4: one sourceAttachment, R5: several) or a DocumentReference. */
export function attachmentsOf({ sourceAttachment, content }: JsonObject): JsonObject[] {
  const contents = listOf(content).map((one) => (isObject(one) ? one.attachment : undefined))
  return [...listOf(sourceAttachment), ...contents].filter(isObject)
}

const listOf = (value: Json | undefined): Json[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value]
