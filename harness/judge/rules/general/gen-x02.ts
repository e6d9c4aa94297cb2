import type { Rule } from '../../rule.ts'
import { leafOf } from '../../trust.ts'
import { withKeySet } from '../shared/jku.ts'
import { readerRefuses } from '../shared/jwt-rule.ts'
import { wrongSignature } from '../shared/trusted.ts'

/** A JWT whose signature does not verify is refused (RFC 7515 5.2). */
export const rule: Rule = readerRefuses('gen-x02', (_, message, { history }) => {
  const jwt = withKeySet(message, history)
  return jwt && leafOf(jwt) ? wrongSignature(jwt) : undefined
})
