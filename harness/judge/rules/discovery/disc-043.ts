import type { Rule } from '../../rule.ts'
import { signedIn } from '../shared/signed-metadata.ts'

const dayS = 24 * 3600

/** A year at most, which may have a leap day (guide, Discovery 2.3). */
export const rule: Rule = {
  id: 'disc-043',
  on: ['signed-metadata'],
  judge(message) {
    const signed = signedIn(message)
    if (!signed) return undefined
    const { exp, iat } = signed.claims
    if (typeof exp !== 'number' || typeof iat !== 'number') return undefined
    if (exp - iat <= 366 * dayS) return 'met'
    const days = Math.ceil((exp - iat) / dayS)
    return { expected: 'exp of signed_metadata at most a year after iat', seen: `more than ${days - 1} days` }
  },
}
