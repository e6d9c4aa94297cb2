import type { Rule } from '../../rule.ts'
import { hasList } from '../shared/metadata.ts'

/** At least one scope (guide, Discovery 2.2). */
export const rule: Rule = {
  id: 'disc-027',
  on: ['metadata'],
  judge: hasList('scopes_supported', 1),
}
