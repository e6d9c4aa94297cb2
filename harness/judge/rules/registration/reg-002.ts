import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { clientIdIn, naming, ownClientId } from '../shared/client-id.ts'

/** A registered client calls itself as the server called it (guide 3). */
export const rule: Rule = {
  id: 'reg-002',
  on: naming,
  judge(message, { history }) {
    const used = clientIdIn(message)
    const found = used === undefined ? undefined : ownClientId(used, message, history)
    if (!found || found.isOwn) return found && 'met'
    const name = message.kind === 'client-assertion' ? 'iss' : 'client_id'
    return {
      expected: `${name} the client_id that the server gave, ${words(found.given)}`,
      seen: words(used),
    }
  },
}
