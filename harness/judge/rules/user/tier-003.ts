import type { Rule } from '../../rule.ts'
import { contains, listOf } from '../shared/metadata.ts'
import { isTiered } from '../shared/tiered-metadata.ts'

const lists = contains('scopes_supported', 'udap')

/** A data holder that supports Tiered OAuth lists the scope that asks for it (guide 6.1). */
export const rule: Rule = {
  id: 'tier-003',
  on: ['metadata'],
  judge(message, view) {
    const { author, body = {} } = message
    if (view.history.kindOf(author) === 'identity-provider') return undefined
    const supported = listOf(body, 'udap_profiles_supported')?.includes('udap_to') || isTiered(message, view)
    return supported ? lists(message) : undefined
  },
}
