import type { Rule } from '../../rule.ts'
import { invalidGrantForVerifier } from '../shared/pkce.ts'

/** A wrong or missing code_verifier is answered with invalid_grant (RFC 7636 4.6). */
export const rule: Rule = {
  id: 'gen-031',
  on: ['token-response'],
  judge: invalidGrantForVerifier,
}
