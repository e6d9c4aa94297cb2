import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { baseOf } from '../shared/metadata.ts'
import { signedIn } from '../shared/signed-metadata.ts'

/** The issuer is the base URL itself, to the letter (guide, Discovery 2.3, 7.1.5). */
export const rule: Rule = {
  id: 'disc-040',
  on: ['signed-metadata'],
  judge(message, { stage }) {
    const signed = signedIn(message)
    if (!signed) return undefined
    const base = baseOf(message, stage)
    if (signed.claims.iss === base) return 'met'
    return { expected: `iss of signed_metadata to be ${words(base)}`, seen: words(signed.claims.iss) }
  },
}
