import type { Rule } from '../../rule.ts'
import { goesOn, strangeState } from '../shared/callback-state.ts'

/** RFC 6749 4.1.2, RFC 9207 2, OpenID Connect Session Management 3. */
const known = ['code', 'state', 'error', 'error_description', 'error_uri', 'iss', 'session_state']

/** Parameters of an authorization response that a client does not know do not stop it. */
export const rule: Rule = {
  id: 'gen-x29',
  on: ['callback'],
  judges: 'reader',
  judge(message, { history }) {
    const [unknown] = Object.keys(message.body ?? {}).filter((name) => !known.includes(name))
    if (unknown === undefined || strangeState(message, history) !== undefined) return undefined
    return goesOn(message, history) ? 'met' : undefined
  },
}
