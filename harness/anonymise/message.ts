/** A message of a hop that somebody else took part in: what rules and readers need of it stays. */
import { mediaType } from '../../wire/decode.ts'
import { decodeForm } from '../../wire/form.ts'
import type { Body, Headers, RequestMessage, ResponseMessage } from '../../wire/hop.ts'
import { isObject, type Json } from '../../wire/json.ts'
import { parseJson } from '../../wire/parse.ts'
import { replacePairs } from './encoded.ts'
import type { Rewriter } from './rewriter.ts'

type Message = RequestMessage | ResponseMessage

const DROPPED = '…'
const form = 'application/x-www-form-urlencoded'

const keptHeaders = new Set(
  `accept accept-encoding allow authorization cache-control content-encoding content-length content-type date
   etag expires host last-modified location origin pragma referer retry-after traceparent transfer-encoding vary
   www-authenticate x-content-type-options strict-transport-security access-control-allow-origin`.split(
    /\s+/,
  ),
)

/** Parameters of the protocols; what else stands in a form or a query, a person may have written. */
const parameter =
  /^(grant_type|code|redirect_uri|client_id|client_assertion|client_assertion_type|udap|scope|state|nonce|response_type|response_mode|code_challenge|code_challenge_method|code_verifier|refresh_token|token|token_type_hint|idp|iss|aud|launch|prompt|max_age|display|id_token_hint|acr_values|resource|error|error_description|error_uri|post_logout_redirect_uri|community|_.+)$/

/** Members of FHIR resources that say nothing of anybody. */
const ofBundle = /^(resourceType|type|total|relation|mode|status|active|use)$/
/** Of those that are about a server or a request, codes as well. */
const ofServer =
  /^(resourceType|type|status|kind|fhirVersion|format|mode|code|severity|versioning|searchParam|valueCode)$/

/** What is in the body for who looks for names: none of an HTML page, and none of a FHIR resource. */
export function membersOf(message: Message): Json | undefined {
  if (message.truncated || message.encoding) return undefined
  if (mediaType(message.headers) === form) return decodeForm(message.body)
  const value = parseJson(message.body)
  return isObject(value) && typeof value.resourceType === 'string' ? undefined : value
}

/** @param foreign it was written by somebody else */
export function rewriteMessage<M extends Message>(message: M, foreign: boolean, rewriter: Rewriter): M {
  const headers = headersOf(message.headers, rewriter)
  const written = { ...message, headers, ...bodyOf(message, foreign, rewriter) }
  return 'url' in written ? { ...written, url: urlOf(written.url, rewriter) } : written
}

/** Between two of ours: all of it stays that is not real. A person's real password may be in it. */
export function rewriteOwn<M extends Message>(message: M, rewriter: Rewriter): M {
  const { body, ...rest } = message
  const isForm = mediaType(message.headers) === form && !message.encoding
  const written = rewriter.json(rest as unknown as Json) as unknown as Omit<M, 'body'>
  return { ...written, body: isForm ? rewriter.pairs(body) : rewriter.text(body) } as M
}

function headersOf(headers: Headers, rewriter: Rewriter): Headers {
  const entries = Object.entries(headers).map(([name, value]): [string, string] => {
    const kept = keptHeaders.has(name) && !(name === 'authorization' && !/^bearer /i.test(value))
    return [rewriter.aliases.replace(name), kept ? rewriter.text(value) : DROPPED]
  })
  return Object.fromEntries(entries)
}

function bodyOf(message: Message, foreign: boolean, rewriter: Rewriter): Pick<Body, 'body'> {
  const { body, encoding, headers } = message
  const type = mediaType(headers)
  if (body === '') return { body }
  if (encoding) return { body: Buffer.from(`anonymised: ${type}`).toString('base64') }
  if (type === form) return { body: rewriter.pairs(onlyParameters(body)) }
  const value = parseJson(body)
  if (isObject(value)) {
    const shown = typeof value.resourceType === 'string' && foreign ? shapeOf(value) : value
    const written = rewriter.json(shown)
    return { body: JSON.stringify(written) === JSON.stringify(value) ? body : JSON.stringify(written) }
  }
  return {
    body: foreign
      ? `anonymised: ${Buffer.byteLength(body)} bytes of ${type || 'something'}`
      : rewriter.text(body),
  }
}

function urlOf(url: string, rewriter: Rewriter): string {
  const [before = '', ...query] = url.split('?')
  return rewriter.text(query.length === 0 ? url : `${before}?${onlyParameters(query.join('?'))}`)
}

const onlyParameters = (text: string): string =>
  replacePairs(text, (name, value) => (parameter.test(name) ? value : 'anonymised'))

/** A resource without what it says of anybody. */
function shapeOf(value: Json, kept = ofBundle, key = ''): Json {
  if (Array.isArray(value)) return value.map((one) => shapeOf(one, kept, key))
  if (isObject(value)) {
    const own = typeof value.resourceType === 'string' ? keptOf(value.resourceType) : kept
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, shapeOf(one, own, name)]))
  }
  if (typeof value === 'boolean' || value === null || kept.test(key)) return value
  if (typeof value === 'string' && /^https?:\/\//.test(value)) return value
  return typeof value === 'number' ? 0 : DROPPED
}

const keptOf = (type: string): RegExp =>
  /^(CapabilityStatement|OperationOutcome)$/.test(type) ? ofServer : ofBundle
