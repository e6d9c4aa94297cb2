import type { Rule } from '../../rule.ts'
import { hasUrl } from '../shared/metadata.ts'

/** Where tokens are (guide, Discovery 2.2). */
export const rule: Rule = {
  id: 'disc-030',
  on: ['metadata'],
  judge: hasUrl('token_endpoint'),
}
