import type { Rule } from '../../rule.ts'
import { contains } from '../shared/metadata.ts'
import { isTiered } from '../shared/tiered-metadata.ts'

const lists = contains('udap_profiles_supported', 'udap_to')

/** Tiered OAuth is a profile, too (guide, Discovery 2.2). */
export const rule: Rule = {
  id: 'disc-016',
  on: ['metadata'],
  judge: (message, view) => (isTiered(message, view) ? lists(message) : undefined),
}
