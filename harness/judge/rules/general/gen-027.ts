import type { Rule } from '../../rule.ts'
import { stops, strangeState } from '../shared/callback-state.ts'

/** The client stops when state is missing or another one. */
export const rule: Rule = {
  id: 'gen-027',
  on: ['callback'],
  judges: 'reader',
  judge(message, { history }) {
    const flaw = strangeState(message, history)
    return flaw === undefined ? undefined : stops(message, flaw, history)
  },
}
