import type { Rule } from '../../rule.ts'
import { denies, verifier } from '../shared/token-denial.ts'
import { isByPerson } from '../shared/token-request.ts'
/** Without the code_verifier that fits the code_challenge there is no token (guide 4.2.3; RFC 7636 4.6). */
export const rule: Rule = denies('con-032', [verifier], isByPerson)
