import type { Rule } from '../../rule.ts'
import { hasList } from '../shared/metadata.ts'

/** At least one grant (guide, Discovery 2.2). */
export const rule: Rule = {
  id: 'disc-025',
  on: ['metadata'],
  judge: hasList('grant_types_supported', 1),
}
