import type { Rule } from '../../rule.ts'
import { issuerInLeaf } from '../shared/signer.ts'

/** The certificate of its signer names the issuer of a certification (guide 7.4.1). */
export const rule: Rule = { id: 'gen-047', on: ['certification'], judge: issuerInLeaf }
