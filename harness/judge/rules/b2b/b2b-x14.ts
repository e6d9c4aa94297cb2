import { isRefusal, isSuccess } from '../../history.ts'
import type { Rule } from '../../rule.ts'
import { assertionOf } from '../../statement.ts'

/** An assertion that comes again may be denied (UDAP JWT Client Auth 6.3). */
export const rule: Rule = {
  id: 'b2b-x14',
  on: ['token-response'],
  judge(response, { history }) {
    const { text, body, reader } = assertionOf(response, history) ?? {}
    if (text === undefined || !body) return undefined
    const again = history
      .before(response, 'token-response')
      .some(
        (one) => isSuccess(one.status) && one.author === reader && assertionOf(one, history)?.text === text,
      )
    if (!again) return undefined
    if (isRefusal(response.status)) return 'met'
    return isSuccess(response.status) ? 'unused' : undefined
  },
}
