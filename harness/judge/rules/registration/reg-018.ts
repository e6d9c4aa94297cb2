import { isStrings } from '../../../../wire/json.ts'
import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'

/** Codes travel over TLS only (guide 3.1). */
export const rule: Rule = {
  id: 'reg-018',
  on: ['software-statement'],
  judge({ body }) {
    const uris = body?.redirect_uris
    if (!isStrings(uris) || uris.length === 0) return undefined
    const wrong = uris.find((uri) => !URL.canParse(uri) || new URL(uri).protocol !== 'https:')
    return wrong === undefined ? 'met' : { expected: 'every redirect URI with https', seen: words(wrong) }
  },
}
