import type { History } from '../../history.ts'
import { isSuccess } from '../../history.ts'
import type { Message } from '../../message.ts'
import type { Rule } from '../../rule.ts'
import { expiredSinceS } from '../shared/token-worth.ts'

/** A token that has expired, or was revoked, is not active (RFC 7662 2.2; RFC 7009 2.1). */
export const rule: Rule = {
  id: 'b2b-x18',
  on: ['introspection-response'],
  judge(response, { history }) {
    const { status, body, of } = response
    if (!isSuccess(status) || typeof body?.active !== 'boolean') return undefined
    const token = of?.body?.token
    if (typeof token !== 'string') return undefined
    const hasExpired = expiredSinceS(token, response, history) !== undefined
    if (!hasExpired && !isRevoked(token, response, history)) return undefined
    const ended = hasExpired ? 'has expired' : 'was revoked'
    return body.active ? { expected: `a token that ${ended} to be inactive`, seen: 'active: true' } : 'met'
  },
}

function isRevoked(token: string, response: Message, history: History): boolean {
  return history
    .before(response, 'revocation-response')
    .some(
      ({ status, author, of }) => status === 200 && author === response.author && of?.body?.token === token,
    )
}
