import type { Rule } from '../../rule.ts'
import { signedByLeaf } from '../shared/signer.ts'

/** The operator signs the software statement with the key of its own certificate (guide 3.1). */
export const rule: Rule = { id: 'reg-007', on: ['software-statement'], judge: signedByLeaf }
