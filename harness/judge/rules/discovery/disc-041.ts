import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { signedIn } from '../shared/signed-metadata.ts'

/** A server speaks of itself (guide, Discovery 2.3). */
export const rule: Rule = {
  id: 'disc-041',
  on: ['signed-metadata'],
  judge(message) {
    const signed = signedIn(message)
    if (!signed) return undefined
    const { iss, sub } = signed.claims
    if (typeof sub === 'string' && sub === iss) return 'met'
    return { expected: `sub of signed_metadata to be its iss, ${words(iss)}`, seen: words(sub) }
  },
}
