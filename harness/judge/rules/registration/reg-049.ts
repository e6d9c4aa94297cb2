import { isDeepStrictEqual } from 'node:util'
import type { Rule } from '../../rule.ts'
import { statementOf } from '../../statement.ts'
import { words } from '../../words.ts'
import { answersCancellation } from '../shared/accepted.ts'
import { placeOf } from '../shared/registered.ts'

/** What a client says of itself. Of scopes a server may always grant more than are asked for (7.3). */
const parameters = [
  'client_name',
  'client_uri',
  'contacts',
  'logo_uri',
  'tos_uri',
  'policy_uri',
  'software_id',
  'software_version',
  'redirect_uris',
  'post_logout_redirect_uris',
]

/** A modification replaces all that was registered before; nothing of it stays (guide 3.4; UDAP DCR 6). */
export const rule: Rule = {
  id: 'reg-049',
  on: ['registration-response'],
  judge(message, view) {
    const claims = statementOf(message, view.history)?.body
    const earlier = placeOf(message, view)?.earlier?.response
    const claimed = earlier && statementOf(earlier, view.history)?.body
    const [before, now] = [earlier?.body, message.body]
    if (!claims || !claimed || !before || !now || answersCancellation(message, view)) return undefined
    // What the server had put in the place of what was claimed, it may put there again (RFC 7591 3.2.1).
    const changed = parameters.filter(
      (name) =>
        !isDeepStrictEqual(claims[name], claimed[name]) && isDeepStrictEqual(before[name], claimed[name]),
    )
    if (changed.length === 0) return undefined
    const stale = changed.find(
      (name) => now[name] !== undefined && isDeepStrictEqual(now[name], before[name]),
    )
    if (stale === undefined) return 'met'
    return {
      expected: `${stale} ${words(claims[stale])} in the place of that of before`,
      seen: words(now[stale]),
    }
  },
}
