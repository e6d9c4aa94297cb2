import type { Rule } from '../../rule.ts'
import { leafOf } from '../../trust.ts'
import { words } from '../../words.ts'
import { signedIn } from '../shared/signed-metadata.ts'
import { wrongSignature } from '../shared/trusted.ts'

/** alg, and x5c in base64 DER with the certificate first whose key signed (guide 7.1.3; RFC 7515 4.1.6). */
export const rule: Rule = {
  id: 'gen-013',
  on: ['signed-metadata'],
  judge(message) {
    const signed = signedIn(message)
    if (!signed) return undefined
    const { alg, x5c } = signed.jwt.header
    if (typeof alg !== 'string') return { expected: 'an alg header in signed_metadata', seen: words(alg) }
    if (!leafOf(signed.jwt)) {
      return {
        expected: 'x5c of signed_metadata to begin with a certificate in base64 DER',
        seen: words(x5c),
      }
    }
    const flaw = wrongSignature(signed.jwt)
    return flaw ? { expected: 'signed_metadata signed by the key of x5c[0]', seen: flaw } : 'met'
  },
}
