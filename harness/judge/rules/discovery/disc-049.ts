import type { Rule } from '../../rule.ts'
import { stopsAtWhatFails } from '../shared/belief.ts'

/** A client validates signed_metadata before it uses it (guide, Discovery 2.3; UDAP Server Metadata 3). */
export const rule: Rule = { id: 'disc-049', on: ['metadata'], judges: 'reader', judge: stopsAtWhatFails }
