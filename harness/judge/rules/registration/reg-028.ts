import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'

/** What the client means to ask for (guide 3.1); who cancels asks for nothing (3.4). */
export const rule: Rule = {
  id: 'reg-028',
  on: ['software-statement'],
  judge({ body }) {
    if (!body) return undefined
    const { scope, grant_types } = body
    const cancels = Array.isArray(grant_types) && grant_types.length === 0
    // RFC 6749 3.3: printable characters without quote and backslash, between spaces.
    const isList = typeof scope === 'string' && /^[\x20-\x7e]*$/.test(scope) && !/["\\]/.test(scope)
    if (isList && (cancels || scope.trim() !== '')) return 'met'
    return { expected: 'scope a list of scopes with spaces between them', seen: words(scope) }
  },
}
