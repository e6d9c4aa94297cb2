import type { Rule } from '../../rule.ts'
import { isExactly } from '../shared/metadata.ts'

/** The only version of UDAP that there is (guide, Discovery 2.2). */
export const rule: Rule = {
  id: 'disc-011',
  on: ['metadata'],
  judge: isExactly('udap_versions_supported', '1'),
}
