import type { Rule } from '../../rule.ts'
import { wrongCrit, wrongHeader } from '../shared/jwt.ts'
import { signerAvoids } from '../shared/jwt-rule.ts'

/** JWTs are JWS as RFC 7515 has them (guide 7.1). */
export const rule: Rule = signerAvoids(
  'gen-001',
  'a header as in RFC 7515 4.1',
  ({ header }) => wrongHeader(header) ?? wrongCrit(header),
)
