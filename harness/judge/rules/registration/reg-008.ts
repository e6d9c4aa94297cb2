import type { Rule } from '../../rule.ts'
import { issuerInLeaf } from '../shared/signer.ts'

/** The certificate of a software statement names its issuer (guide 3.1). */
export const rule: Rule = { id: 'reg-008', on: ['software-statement'], judge: issuerInLeaf }
