import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { isAccepted } from '../shared/accepted.ts'

const claims = ['iss', 'sub', 'aud', 'exp', 'iat', 'jti']

/** The answer is no JWT, and has none of its claims (guide 3.2.3). */
export const rule: Rule = {
  id: 'reg-040',
  on: ['registration-response'],
  judge(message) {
    const { body } = message
    if (!body || !isAccepted(message)) return undefined
    const found = claims.filter((name) => Object.hasOwn(body, name))
    if (found.length === 0) return 'met'
    return { expected: `none of ${claims.join(', ')}`, seen: words(found) }
  },
}
