/** Whether Tiered OAuth is used: a MAY of clients and of servers (guide 6.1, 6.2). */
import { scopeTokens } from '../../../../wire/oauth.ts'
import type { Message } from '../../message.ts'
import type { Rule } from '../../rule.ts'
import { isSent } from './authorization-request.ts'

const asksForIt = ({ body }: Message) =>
  isSent(body, 'idp') && typeof body?.scope === 'string' && scopeTokens(body.scope).includes('udap')

/** The client names an identity provider. */
export const clientTiers: Rule['judge'] = (message) => (asksForIt(message) ? 'met' : 'unused')

/** The server sends the browser on with a request of its own. */
export const serverTiers: Rule['judge'] = (message, { history }) => {
  if (!asksForIt(message)) return undefined
  const next = history.after(message, 'authorization-request')
  return next.some(({ author }) => author !== undefined && author === message.reader) ? 'met' : 'unused'
}
