import { isDeepStrictEqual } from 'node:util'
import type { Rule } from '../../rule.ts'
import { statementOf } from '../../statement.ts'
import { answersCancellation, isAccepted } from '../shared/accepted.ts'

const jwtClaims = ['iss', 'sub', 'aud', 'exp', 'iat', 'jti']

/** The server may register other values than those that were asked for, or none (RFC 7591 3.2.1). */
export const rule: Rule = {
  id: 'reg-037',
  on: ['registration-response'],
  judge(message, view) {
    const claims = statementOf(message, view.history)?.body
    if (!claims || !message.body || !isAccepted(message) || answersCancellation(message, view))
      return undefined
    const { body } = message
    const asked = Object.keys(claims).filter((name) => !jwtClaims.includes(name))
    return asked.some((name) => !isDeepStrictEqual(claims[name], body[name])) ? 'met' : 'unused'
  },
}
