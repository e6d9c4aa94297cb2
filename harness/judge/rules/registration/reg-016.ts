import { isStrings } from '../../../../wire/json.ts'
import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { isForCode } from '../shared/grants.ts'

/** Where browsers are sent back to (guide 3.1). */
export const rule: Rule = {
  id: 'reg-016',
  on: ['software-statement'],
  judge({ body }) {
    if (!body || !isForCode(body)) return undefined
    const uris = body.redirect_uris
    if (isStrings(uris) && uris.length > 0) return 'met'
    return { expected: 'one or more redirect_uris with authorization_code', seen: words(uris) }
  },
}
