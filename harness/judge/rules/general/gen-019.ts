import type { Rule } from '../../rule.ts'
import { withKeySet } from '../shared/jku.ts'
import { endOfReader, readerRefuses } from '../shared/jwt-rule.ts'
import { wrongChain } from '../shared/trusted.ts'

/** Whoever reads a JWT validates the chain of its signer, with expiry and revocation (guide 7.1.6). */
export const rule: Rule = readerRefuses('gen-019', (_, message, view) => {
  const jwt = withKeySet(message, view.history)
  // Without any certificate there is no chain: other rules say that.
  return jwt?.header.x5c === undefined ? undefined : wrongChain(jwt, message.hop, view, endOfReader(message))
})
