/** Values and answers in words, short and without secrets. */
import { isObject, type Json } from '../../wire/json.ts'
import { parseJson } from '../../wire/parse.ts'
import { redactJson, redactText } from '../../wire/redact.ts'
import type { StageStep } from '../trace/trace.ts'
import type { HopClass } from './classify.ts'
import type { Hop } from './hops.ts'

const maxLength = 120

/** `name` is the last part of the value's path: what stands under the name of a secret is cut. */
export function words(value: Json | undefined, name = ''): string {
  if (value === undefined) return 'nothing'
  return short(JSON.stringify(redactJson(value, name)))
}

/** `exp 7`, or `no exp`. */
export const withName = (name: string, value: Json | undefined): string =>
  value === undefined ? `no ${name}` : `${name} ${words(value, name)}`

export function short(text: string, length = maxLength): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text
}

/** `400 with body error="invalid_client"`, or why there is no status. */
export function answerOf(hop: Hop): string {
  const { response, error } = hop
  if (!response) return error ? `no answer (${error.code}, ${whilst[error.phase]})` : 'no answer'
  const body = parseJson(response.body)
  if (response.status >= 400 && isObject(body)) {
    if (typeof body.error === 'string') return `${response.status} with body error=${words(body.error)}`
    if (body.resourceType === 'OperationOutcome') return `${response.status} with an OperationOutcome`
  }
  return String(response.status)
}

const whilst = {
  dns: 'resolving the host name',
  connect: 'connecting',
  tls: 'in the TLS handshake',
  request: 'sending the request',
  headers: 'waiting for the headers',
  body: 'reading the body',
  aborted: 'aborted',
}

/** What the other end said about its refusal. */
export function causeOf(hop: Hop): string | undefined {
  const { response, error } = hop
  if (!response) return error?.message && redactText(short(error.message, 300))
  const elsewhere = redirectOf(hop)
  if (elsewhere !== undefined) return elsewhere
  const body = response.status >= 400 ? parseJson(response.body) : undefined
  const said = isObject(body) ? (body.error_description ?? diagnosticsOf(body.issue)) : undefined
  return typeof said === 'string' ? redactText(short(said, 300)) : undefined
}

/** Redirects of these are followed: by browsers, and where a page may have moved. */
const followed: HopClass[] = [
  'authorization',
  'interaction',
  'callback',
  'launch',
  'end-session',
  'reference',
]

/** What to say of an answer that sends its client elsewhere, though none goes there. */
export function redirectOf({ request, response, class: kind }: Hop): string | undefined {
  const { location } = response?.headers ?? {}
  if (!request || !response || location === undefined || followed.includes(kind)) return undefined
  const to = response.status >= 300 && response.status < 400 ? URL.parse(location, request.url) : null
  if (!to) return undefined
  const [here, there] = [request.url, to.href].map((url) => url.split(/[?#]/, 1)[0])
  return redactText(
    `${here} answers ${response.status} to ${there}, and a client follows no redirect here: give that URL.`,
  )
}

function diagnosticsOf(issues: Json | undefined): Json | undefined {
  const issue = Array.isArray(issues) ? issues[0] : undefined
  if (!isObject(issue)) return undefined
  return issue.diagnostics ?? (isObject(issue.details) ? issue.details.text : undefined)
}

/** `app → as registration 400`: enough to find it in the list of hops. */
export function hopInWords(hop: Hop): string {
  return `${hop.from ?? '?'} → ${hop.to ?? '?'} ${hop.class} ${hop.response?.status ?? hop.error?.code ?? 'open'}`
}

/** `stopped at its check "jwt-signature": …`, in the words of the actor that stopped. */
export function stopOf({ stopped }: StageStep): string | undefined {
  return stopped && `stopped at "${stopped.check}": ${redactText(short(stopped.message, 300))}`
}
