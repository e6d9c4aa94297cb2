import type { Rule } from '../../rule.ts'
import { hasSignedUrl } from '../shared/signed-metadata.ts'

/** Signed (guide, Discovery 2.3). */
export const rule: Rule = {
  id: 'disc-048',
  on: ['signed-metadata'],
  judge: hasSignedUrl('registration_endpoint'),
}
