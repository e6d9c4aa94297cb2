import type { Rule } from '../../rule.ts'
import { repeatedName } from '../shared/jwt.ts'
import { signerAvoids } from '../shared/jwt-rule.ts'

/** No header parameter and no claim comes twice (RFC 7515 4; RFC 7519 4). */
export const rule: Rule = signerAvoids('gen-x04', 'each name once', repeatedName)
