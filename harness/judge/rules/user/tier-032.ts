import type { Rule } from '../../rule.ts'
import { asksForProvider, isToHolder, providerRequestsOf } from '../../tiered.ts'

/** Where it is required, the person authorizes the client before it gets a code (guide 6.3). */
export const rule: Rule = {
  id: 'tier-032',
  on: ['authorization-response'],
  judge(message, { history, stage }) {
    const { of, author, body, hop } = message
    if (!of || !isToHolder(of, history) || !asksForProvider(of) || body?.code === undefined) return undefined
    if (stage.actors[author ?? '']?.policy.consent !== 'each-time') return undefined
    const sent = providerRequestsOf(of, history).at(-1)
    if (!sent) return undefined
    // At the data holder, which alone knows what the client asks for.
    const since = history.messages.slice(history.messages.indexOf(sent), history.messages.indexOf(message))
    const asked = since.some(
      ({ hop: one }) => one.to === author && one.from === hop.from && one.request?.method === 'POST',
    )
    if (asked) return 'met'
    return { expected: 'the person to be asked before the client gets a code', seen: 'no answer of theirs' }
  },
}
