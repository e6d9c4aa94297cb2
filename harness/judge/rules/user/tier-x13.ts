import type { Rule } from '../../rule.ts'
import { asksForProvider, isToHolder } from '../../tiered.ts'
import { words } from '../../words.ts'

/** Nobody's refusal: the server itself could not, or the request was not one to be granted. */
const others = /^(server_error|temporarily_unavailable|invalid_scope|\w+_required)$/

/** When the person does not authorize the client, it hears access_denied (UDAP Tiered OAuth 4.5.2). */
export const rule: Rule = {
  id: 'tier-x13',
  on: ['authorization-response'],
  judge(message, { history }) {
    const { of, author, body, hop } = message
    const error = body?.error
    if (!of || !isToHolder(of, history) || !asksForProvider(of) || typeof error !== 'string') return undefined
    const signedIn = history.before(message, 'id-token').some((one) => one.reader === author)
    // Their answer to a page, of which only what comes of it tells what it was.
    const isTheirs = hop.request?.method === 'POST' && hop.from === of.hop.from
    if (!signedIn || !isTheirs || others.test(error)) return undefined
    if (error === 'access_denied') return 'met'
    return { expected: 'error=access_denied when the person refuses', seen: words(error) }
  },
}
