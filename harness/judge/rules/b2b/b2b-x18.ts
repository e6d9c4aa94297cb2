import type { History } from '../../history.ts'
import { isSuccess } from '../../history.ts'
import { clockMs } from '../../hops.ts'
import type { Message } from '../../message.ts'
import type { Rule } from '../../rule.ts'

/** A token that has expired, or was revoked, is not active (RFC 7662 2.2; RFC 7009 2.1). */
export const rule: Rule = {
  id: 'b2b-x18',
  on: ['introspection-response'],
  judge(response, { history }) {
    const { status, body, of } = response
    if (!isSuccess(status) || typeof body?.active !== 'boolean') return undefined
    const ended = isRevoked(of?.body?.token, response, history)
      ? 'was revoked'
      : hasExpired(of?.body?.token, response, history)
        ? 'has expired'
        : undefined
    if (ended === undefined) return undefined
    return body.active ? { expected: `a token that ${ended} to be inactive`, seen: 'active: true' } : 'met'
  },
}

function isRevoked(token: unknown, response: Message, history: History): boolean {
  return history.before(response, 'revocation-response').some(({ status, author, of }) => {
    return status === 200 && author === response.author && token !== undefined && of?.body?.token === token
  })
}

/** By expires_in of the answer that it came with. */
function hasExpired(token: unknown, response: Message, history: History): boolean {
  const issued = history
    .before(response, 'token-response')
    .find(
      ({ author, body }) => author === response.author && token !== undefined && body?.access_token === token,
    )
  const lifetime = issued?.body?.expires_in
  return (
    typeof lifetime === 'number' && clockMs(response.hop, 'to') > clockMs(issued!.hop, 'to') + lifetime * 1000
  )
}
