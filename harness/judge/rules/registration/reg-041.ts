import { mediaType } from '../../../../wire/decode.ts'
import { isRefusal, isSuccess } from '../../history.ts'
import { received } from '../../hops.ts'
import type { Rule } from '../../rule.ts'
import { answerOf, withName, words } from '../../words.ts'
import { isOfHttp } from '../shared/of-http.ts'

/** Of RFC 7591 3.2.2, and of UDAP Certifications 6.8. */
const codes = [
  'invalid_redirect_uri',
  'invalid_client_metadata',
  'invalid_software_statement',
  'unapproved_software_statement',
  'invalid_certification',
  'unapproved_certification',
]

/** A registration is refused with 400 and an error in JSON (UDAP DCR 5.2, RFC 7591 3.2.2). */
export const rule: Rule = {
  id: 'reg-041',
  on: ['registration-response'],
  judge({ status = 0, body, of, hop }) {
    const error = body?.error
    // An error in an answer of 2xx is a refusal, too.
    const isRefused = isSuccess(status) ? error !== undefined : isRefusal(status)
    if (!isRefused || isOfHttp(status)) return undefined
    const request = received(hop)
    if (!request || mediaType(request.headers) !== 'application/json') return undefined
    if (status !== 400) return { expected: '400 for a registration that is refused', seen: answerOf(hop) }
    if (typeof error !== 'string' || error === '')
      return {
        expected: 'a JSON object with an error code',
        seen: withName('error', error),
      }
    // For a request that is none of UDAP there is no code in RFC 7591.
    if (typeof of?.body?.software_statement !== 'string' || of.body.udap !== '1') return 'met'
    if (codes.includes(error)) return 'met'
    return { expected: 'an error code for registrations (RFC 7591 3.2.2)', seen: words(error) }
  },
}
