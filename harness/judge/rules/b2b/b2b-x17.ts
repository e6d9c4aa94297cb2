import { mediaType } from '../../../../wire/decode.ts'
import { isSuccess } from '../../history.ts'
import { answered } from '../../hops.ts'
import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'

/** Who asks about a token hears in JSON whether it is good (RFC 7662 2.2). */
export const rule: Rule = {
  id: 'b2b-x17',
  on: ['introspection-response'],
  judge({ status, body, hop }) {
    if (!isSuccess(status)) return undefined
    const type = mediaType(answered(hop)?.headers ?? {})
    if (type !== 'application/json')
      return { expected: 'an introspection response as application/json', seen: type || 'no Content-Type' }
    if (typeof body?.active === 'boolean') return 'met'
    return { expected: 'active to be true or false', seen: words(body?.active) }
  },
}
