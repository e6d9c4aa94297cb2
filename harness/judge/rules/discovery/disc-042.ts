import type { Rule } from '../../rule.ts'
import { hasTime } from '../shared/signed-metadata.ts'

/** Until when it can be believed (guide, Discovery 2.3). */
export const rule: Rule = {
  id: 'disc-042',
  on: ['signed-metadata'],
  judge: hasTime('exp'),
}
