import type { Rule } from '../../rule.ts'
import { wrongClaim } from '../shared/jwt.ts'
import { signerAvoids } from '../shared/jwt-rule.ts'

/** Registered claims have their types: NumericDate, StringOrURI, string (RFC 7519 4.1). */
export const rule: Rule = signerAvoids(
  'gen-x05',
  'registered claims of the types of RFC 7519 4.1',
  ({ claims }) => wrongClaim(claims),
)
