import type { Rule } from '../../rule.ts'
import { hasSignedUrl } from '../shared/signed-metadata.ts'

/** Signed, when it is in the plain metadata (guide, Discovery 2.3). */
export const rule: Rule = {
  id: 'disc-046',
  on: ['signed-metadata'],
  judge: hasSignedUrl('authorization_endpoint', (plain) => plain.authorization_endpoint !== undefined),
}
