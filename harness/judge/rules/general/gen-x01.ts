import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { critical } from '../shared/jwt.ts'
import { readerRefuses } from '../shared/jwt-rule.ts'

/** A JWT with an extension that must be understood, and is not, is refused (RFC 7515 4.1.11). */
export const rule: Rule = readerRefuses('gen-x01', (jwt) =>
  critical(jwt).length > 0 ? `crit ${words(critical(jwt))}, which the guide does not know` : undefined,
)
