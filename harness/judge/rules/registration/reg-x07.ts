import { mediaType } from '../../../../wire/decode.ts'
import { isSuccess } from '../../history.ts'
import { answered } from '../../hops.ts'
import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'

/** What is said about a registration is one JSON object, and called so (RFC 7591 3.2.1, 3.2.2). */
export const rule: Rule = {
  id: 'reg-x07',
  on: ['registration-response'],
  judge({ status, body, hop }) {
    // Other statuses may come from what stands before the server.
    if (hop.request?.method !== 'POST' || (!isSuccess(status) && status !== 400)) return undefined
    const headers = answered(hop)?.headers ?? {}
    if (mediaType(headers) !== 'application/json') {
      const seen = `Content-Type ${words(headers['content-type'])}`
      return { expected: 'Content-Type application/json', seen }
    }
    return body ? 'met' : { expected: 'a JSON object', seen: 'a body that is none' }
  },
}
