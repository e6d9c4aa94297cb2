import type { Rule } from '../../rule.ts'
import { signedByLeaf } from '../shared/signer.ts'

/** Whoever signs a certification does it with the key of its own certificate (guide 7.4). */
export const rule: Rule = { id: 'gen-046', on: ['certification'], judge: signedByLeaf }
