import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { usesKeySet } from '../shared/jku.ts'

/** Experimental: of a client assertion, and of no other JWT, jku and kid may stand for x5c (guide 7.6). */
export const rule: Rule = {
  id: 'gen-058',
  on: ['client-assertion', 'software-statement', 'certification', 'signed-metadata'],
  judge({ jwt, kind }) {
    if (kind === 'client-assertion') {
      if (usesKeySet(jwt)) return 'met'
      return jwt ? 'unused' : undefined
    }
    if (!usesKeySet(jwt)) return undefined
    return { expected: `x5c in a ${kind.replace('-', ' ')}`, seen: `jku ${words(jwt.header.jku)} instead` }
  },
}
