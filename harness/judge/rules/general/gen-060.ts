import type { Rule } from '../../rule.ts'
import { assertionOf } from '../../statement.ts'
import { keySetsOf, usesKeySet } from '../shared/jku.ts'

/** Experimental: a server may take x5c from the key set that an assertion names (guide 7.6). */
export const rule: Rule = {
  id: 'gen-060',
  on: ['token-response'],
  judge(response, { history }) {
    const jwt = assertionOf(response, history)?.jwt
    if (!usesKeySet(jwt)) return undefined
    return keySetsOf(jwt, history).some(({ reader }) => reader === response.author) ? 'met' : 'unused'
  },
}
