import type { Rule } from '../../rule.ts'
import { leafOf } from '../../trust.ts'
import { words } from '../../words.ts'
import { usesKeySet } from '../shared/jku.ts'
import { isOfGuide } from '../shared/jwt.ts'
import { wrongSignature } from '../shared/trusted.ts'

/** x5c holds certificates in base64 DER, first that of the key that signed (guide 7.1.3). */
export const rule: Rule = {
  id: 'gen-012',
  on: ['software-statement', 'certification', 'client-assertion', 'id-token'],
  judge(message, view) {
    const { jwt, kind } = message
    if (!jwt || !isOfGuide(message, view)) return undefined
    // 7.6: of an assertion it may stand in a key set.
    if (kind === 'client-assertion' && usesKeySet(jwt)) return undefined
    const { x5c, alg } = jwt.header
    if (!Array.isArray(x5c) || x5c.length === 0)
      return { expected: 'an x5c header with a certificate', seen: words(x5c) }
    if (!leafOf(jwt)) return { expected: 'a certificate in base64 DER as x5c[0]', seen: words(x5c[0]) }
    const flaw = alg === 'none' ? undefined : wrongSignature(jwt)
    return flaw === undefined ? 'met' : { expected: 'the key of x5c[0] to have signed it', seen: flaw }
  },
}
