import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { signedIn } from '../shared/signed-metadata.ts'

/** Every client can read RS256 (guide, Discovery 2.3). */
export const rule: Rule = {
  id: 'disc-037',
  on: ['signed-metadata'],
  judge(message, { parameters }) {
    const signed = signedIn(message)
    if (!signed) return undefined
    const { alg } = signed.jwt.header
    const known = parameters.discovery.signedMetadataAlgorithms
    if (typeof alg === 'string' && known.includes(alg)) return 'met'
    return { expected: `alg ${known.join(' or ')} of signed_metadata`, seen: words(alg) }
  },
}
