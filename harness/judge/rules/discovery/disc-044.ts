import type { Rule } from '../../rule.ts'
import { hasTime } from '../shared/signed-metadata.ts'

/** When it was signed (guide, Discovery 2.3). */
export const rule: Rule = {
  id: 'disc-044',
  on: ['signed-metadata'],
  judge: hasTime('iat'),
}
