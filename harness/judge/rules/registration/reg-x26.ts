import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'

/** A certification names no place from which keys come later (UDAP Certifications 1). */
export const rule: Rule = {
  id: 'reg-x26',
  on: ['certification'],
  judge({ body }) {
    if (!body) return undefined
    if (!Object.hasOwn(body, 'jwks_uri')) return 'met'
    return { expected: 'no jwks_uri in a certification', seen: words(body.jwks_uri) }
  },
}
