import { isRefusal, isSuccess } from '../../history.ts'
import type { Rule } from '../../rule.ts'
import { assertionOf, statementOf } from '../../statement.ts'
import { normalized } from '../shared/uri.ts'

/** Who reads a JWT may compare URIs as they stand: an aud that is the same only after normalisation is refused (guide 7.1.5). */
export const rule: Rule = {
  id: 'gen-018',
  on: ['token-response', 'registration-response'],
  judge(response, { history }) {
    const { kind, status, hop } = response
    const message = (kind === 'token-response' ? assertionOf : statementOf)(response, history)
    const url = hop.request?.url ?? ''
    const named = [message?.body?.aud].flat().filter((one) => typeof one === 'string')
    if (named.includes(url) || !named.some((one) => normalized(one) === normalized(url))) return undefined
    if (isRefusal(status)) return 'met'
    return isSuccess(status) ? 'unused' : undefined
  },
}
