import type { Rule } from '../../rule.ts'
import { isOfGuide, jwtKinds } from '../shared/jwt.ts'

/** JWTs are signed: no JWE, and not alg none (guide 7.1.1). */
export const rule: Rule = {
  id: 'gen-003',
  on: jwtKinds,
  judge(message, view) {
    const { text, jwt } = message
    if (!isOfGuide(message, view)) return undefined
    const expected = 'a signed JWT'
    if (typeof text === 'string' && text.split('.').length === 5)
      return { expected, seen: 'five parts, as an encrypted one has' }
    if (!jwt) return undefined
    if (jwt.header.alg === 'none') return { expected, seen: 'alg none' }
    return jwt.signature === '' ? { expected, seen: 'an empty signature' } : 'met'
  },
}
