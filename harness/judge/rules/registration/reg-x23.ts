import { isStrings } from '../../../../wire/json.ts'
import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'

/** A redirect URI has no fragment: the answer would go into it (RFC 6749 3.1.2). */
export const rule: Rule = {
  id: 'reg-x23',
  on: ['software-statement'],
  judge({ body }) {
    const uris = body?.redirect_uris
    if (!isStrings(uris) || uris.length === 0) return undefined
    const wrong = uris.find((uri) => uri.includes('#'))
    return wrong === undefined ? 'met' : { expected: 'redirect URIs without fragment', seen: words(wrong) }
  },
}
