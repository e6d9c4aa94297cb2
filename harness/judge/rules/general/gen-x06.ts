import type { Rule } from '../../rule.ts'
import { wrongCrit } from '../shared/jwt.ts'
import { signerAvoids } from '../shared/jwt-rule.ts'

/** crit, where there is one, names parameters of the header (RFC 7515 4.1.11). */
export const rule: Rule = signerAvoids(
  'gen-x06',
  'crit, if any, with names that are in the header',
  ({ header }) => wrongCrit(header),
)
