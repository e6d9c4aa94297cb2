import type { Rule } from '../../rule.ts'
import { leafOf } from '../../trust.ts'

/** A certification ends no later than the certificate of its signer (UDAP Certifications 1). */
export const rule: Rule = {
  id: 'reg-x24',
  on: ['certification'],
  judge({ jwt, body }) {
    const leaf = jwt && leafOf(jwt)
    const exp = body?.exp
    if (!leaf || typeof exp !== 'number') return undefined
    const afterS = Math.round(exp - leaf.validToDate.getTime() / 1000)
    if (afterS <= 0) return 'met'
    return {
      expected: 'exp no later than the end of the certificate of its signer',
      seen: `exp ${afterS} s after it`,
    }
  },
}
