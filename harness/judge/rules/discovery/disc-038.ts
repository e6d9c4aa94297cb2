import type { Rule } from '../../rule.ts'
import { takesSigned } from '../shared/belief.ts'

/** What is signed wins (guide, Discovery 2.3). */
export const rule: Rule = { id: 'disc-038', on: ['metadata'], judges: 'reader', judge: takesSigned }
