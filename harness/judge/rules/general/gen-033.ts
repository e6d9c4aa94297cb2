import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { grantedTo, unlisted } from '../shared/listed-scopes.ts'
import { hasList } from '../shared/metadata.ts'

const isThere = hasList('scopes_supported', 1)

/** Every scope that is supported is listed, wildcards as well (guide 7.3). */
export const rule: Rule = {
  id: 'gen-033',
  on: ['metadata'],
  judge(message, view) {
    const finding = isThere(message)
    if (finding !== 'met') return finding
    const other = unlisted(message, grantedTo(message, view))
    if (other === undefined) return 'met'
    return { expected: 'every supported scope in scopes_supported', seen: `${words(other)} granted` }
  },
}
