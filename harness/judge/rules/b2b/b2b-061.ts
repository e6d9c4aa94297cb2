import type { Rule } from '../../rule.ts'
import { denies, verifier } from '../shared/token-denial.ts'
import { isDataHolders } from '../shared/token-request.ts'
/** Without the code_verifier that fits the code_challenge there is no token (guide 5.2.3; RFC 7636 4.6). */
export const rule: Rule = denies('b2b-061', [verifier], isDataHolders)
