import type { Rule } from '../../rule.ts'
import { stopsAtWhatFails } from '../shared/belief.ts'

/** A client goes no further when signed_metadata fails (guide, Discovery 2.3). */
export const rule: Rule = { id: 'disc-050', on: ['metadata'], judges: 'reader', judge: stopsAtWhatFails }
