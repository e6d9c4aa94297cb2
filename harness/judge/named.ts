/** URLs that client assertions name: whoever fetches one follows a reference of an hl7-b2b object (guide, B2B 5.2.1.1). */
import { decodeForm } from '../../wire/form.ts'
import { isObject, type Json } from '../../wire/json.ts'
import { decodeJwt } from '../../wire/jwt.ts'
import { B2B_EXTENSION } from '../../wire/udap.ts'
import type { HalfHop } from '../trace/trace.ts'

/** As the URL of a request is written. */
export function namedUrls(halves: HalfHop[]): Set<string> {
  const named = halves.flatMap(({ request }) => namedIn(request?.body ?? ''))
  return new Set(named.map((url) => new URL(url).href))
}

function namedIn(body: string): string[] {
  if (!body.includes('client_assertion=')) return []
  const { client_assertion } = decodeForm(body)
  const jwt = typeof client_assertion === 'string' ? decodeJwt(client_assertion) : undefined
  const { extensions } = jwt?.claims ?? {}
  const object = isObject(extensions) ? extensions[B2B_EXTENSION] : undefined
  if (!isObject(object)) return []
  return [object.organization_id, object.consent_reference].flat().filter(isUrl)
}

const isUrl = (value: Json | undefined): value is string =>
  typeof value === 'string' && /^https?:\/\//i.test(value) && URL.canParse(value)
