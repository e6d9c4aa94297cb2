import type { Rule } from '../../rule.ts'
import { leafOf, uriNamesOf } from '../../trust.ts'
import { words } from '../../words.ts'
import { signedIn } from '../shared/signed-metadata.ts'

/** The certificate names who signed (guide, Discovery 2.3). URIs are compared to the letter (7.1.5). */
export const rule: Rule = {
  id: 'disc-039',
  on: ['signed-metadata'],
  judge(message) {
    const signed = signedIn(message)
    const leaf = signed && leafOf(signed.jwt)
    if (!leaf) return undefined
    const { iss } = signed.claims
    const names = uriNamesOf(leaf)
    if (names.some((name) => name === iss)) return 'met'
    const expected = `iss of signed_metadata to be a URI name of the certificate in x5c[0], ${words(names)}`
    return { expected, seen: words(iss) }
  },
}
