import type { Rule } from '../../rule.ts'
import { arrivalOf, isFromProvider, letIn } from '../../tiered.ts'
import { words } from '../../words.ts'

/** A data holder goes on with no answer that has another state than it sent (guide 6.2). */
export const rule: Rule = {
  id: 'tier-019',
  on: ['authorization-response'],
  judges: 'reader',
  judge(message, { history }) {
    const { body, of, reader } = message
    if (!isFromProvider(message, history) || !body || !of || body.state === of.body?.state) return undefined
    const arrival = arrivalOf(message, history)
    if (!arrival) return undefined
    const exchanged = history
      .after(arrival, 'token-request')
      .find((one) => one.author === reader && body.code !== undefined && one.body?.code === body.code)
    if (!exchanged && !letIn(message, history)) return 'met'
    const expected = `an answer with state ${words(body.state, 'state')} not to be believed`
    return {
      expected,
      seen: exchanged ? 'a token request with its code' : 'a code to the client',
      at: exchanged ?? arrival,
    }
  },
}
