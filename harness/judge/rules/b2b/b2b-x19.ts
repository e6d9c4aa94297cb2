import { mediaType } from '../../../../wire/decode.ts'
import { isRefusal } from '../../history.ts'
import { answered } from '../../hops.ts'
import type { Rule } from '../../rule.ts'
import { withName } from '../../words.ts'
import { isOfHttp } from '../shared/of-http.ts'

/** A token that is given back, or is no more, is answered with 200; what is denied is denied in JSON (RFC 7009 2.2). */
export const rule: Rule = {
  id: 'b2b-x19',
  on: ['revocation-response'],
  judge({ status = 0, body, hop }) {
    if (status >= 200 && status <= 299) {
      return status === 200
        ? 'met'
        : { expected: 'a token that is given back to be answered with 200', seen: String(status) }
    }
    if (!isRefusal(status) || isOfHttp(status)) return undefined
    const type = mediaType(answered(hop)?.headers ?? {})
    if (typeof body?.error === 'string' && type === 'application/json') return 'met'
    return { expected: 'a denial with an error code in JSON', seen: withName('error', body?.error) }
  },
}
