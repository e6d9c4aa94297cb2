/** Messages as plain values that expectations are matched against. */
import { decodeBody } from '../../wire/decode.ts'
import { decodeForm } from '../../wire/form.ts'
import type { RequestMessage, ResponseMessage } from '../../wire/hop.ts'
import { isObject, type Json, type JsonObject } from '../../wire/json.ts'
import type { Hop } from './hops.ts'

/** `{ from, to, class, method, status, request, response, faults }`; what is not there is left out. */
export function hopView(hop: Hop): JsonObject {
  const { from, to, request, response } = hop
  return {
    ...(from && { from }),
    ...(to && { to }),
    class: hop.class,
    faults: hop.faults,
    ...(request && { method: request.method, request: requestView(request) }),
    ...(response && { status: response.status, response: responseView(response) }),
  }
}

/** `{ method, url, path, query, headers, body }` */
export function requestView(request: RequestMessage): JsonObject {
  const { method, url, headers } = request
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  return {
    method,
    url,
    headers,
    ...(parsed && { path: parsed.pathname, query: decodeForm(parsed.search) }),
    ...bodyView(request),
  }
}

/** `{ status, headers, body }` */
export function responseView(response: ResponseMessage): JsonObject {
  return { status: response.status, headers: response.headers, ...bodyView(response) }
}

/** JSON and forms parsed, anything else as text; no key when there is no body. */
function bodyView(message: RequestMessage | ResponseMessage): { body?: Json } {
  if (message.body === '') return {}
  return { body: decodeBody(message) ?? message.body }
}

/** Header names are case-insensitive (RFC 9110 5.1); recorded ones are in lower case. */
export function lowerHeaders(value: Json): Json {
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name.startsWith('$') ? name : name.toLowerCase(), item]),
  )
}

/** The same for every `headers` key inside what is expected of a message or a hop. */
export function lowerHeadersWithin(value: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      if (key === 'headers') return [key, lowerHeaders(item)]
      return [
        key,
        (key === 'request' || key === 'response') && isObject(item) ? lowerHeadersWithin(item) : item,
      ]
    }),
  )
}

/** `body.signed_metadata`, `request.body.certifications.0`: a value below the answer's view. */
export function valueAt(view: JsonObject, path: string): Json | undefined {
  let value: Json | undefined = view
  for (const part of path.split('.')) {
    if (Array.isArray(value)) value = value[Number(part)]
    else if (isObject(value) && Object.hasOwn(value, part)) value = value[part]
    else return undefined
  }
  return value
}
