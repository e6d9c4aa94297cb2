import { scopeTokens } from '../../../../wire/oauth.ts'
import { isSuccess } from '../../history.ts'
import type { Message } from '../../message.ts'
import type { Rule, View } from '../../rule.ts'
import { words } from '../../words.ts'

/** A refresh token gives no scope that was not granted with it before (RFC 6749 6). */
export const rule: Rule = {
  id: 'b2b-x16',
  on: ['token-response'],
  judge(response, { history }) {
    const { status, body, of } = response
    if (!isSuccess(status) || of?.body?.grant_type !== 'refresh_token') return undefined
    const first = origin(response, history)
    const granted = first?.body?.scope
    const now = body?.scope ?? of.body.scope
    if (typeof granted !== 'string' || typeof now !== 'string') return undefined
    const before = scopeTokens(granted)
    // A part of a wildcard that was granted may be spelled out.
    const more = scopeTokens(now).filter((token) => !before.includes(token))
    if (more.length === 0 || before.some((token) => token.includes('*'))) return 'met'
    return { expected: `no more than ${words(granted)} for the refresh token`, seen: words(now) }
  },
}

/** The answer with which the first of these refresh tokens came, each having brought the next. */
function origin(response: Message, history: View['history']): Message | undefined {
  const shown = response.of?.body?.refresh_token
  const issued = history
    .before(response, 'token-response')
    .find(
      ({ author, body }) =>
        author === response.author && shown !== undefined && body?.refresh_token === shown,
    )
  return issued?.of?.body?.grant_type === 'refresh_token' ? origin(issued, history) : issued
}
