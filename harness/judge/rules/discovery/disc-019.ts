import type { Rule } from '../../rule.ts'
import { hasRequired } from '../shared/metadata.ts'

/** Which of the extension objects must be sent (guide, Discovery 2.2). */
export const rule: Rule = {
  id: 'disc-019',
  on: ['metadata'],
  judge: hasRequired('udap_authorization_extensions'),
}
