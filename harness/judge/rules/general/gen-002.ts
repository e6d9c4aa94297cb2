import type { Rule } from '../../rule.ts'
import { repeatedName, wrongClaim } from '../shared/jwt.ts'
import { signerAvoids } from '../shared/jwt-rule.ts'

/** JWTs keep the mandatory rules of RFC 7519 (guide 7.1.1). */
export const rule: Rule = signerAvoids(
  'gen-002',
  'claims as in RFC 7519 4',
  (jwt) => wrongClaim(jwt.claims) ?? repeatedName(jwt),
)
