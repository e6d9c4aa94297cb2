import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { signedIn } from '../shared/signed-metadata.ts'

/** Each JWT of an issuer has its own jti, as long as the earlier one is good (guide, Discovery 2.3, 7.1.4). */
export const rule: Rule = {
  id: 'disc-045',
  on: ['signed-metadata'],
  judge(message, { history }) {
    const signed = signedIn(message)
    if (!signed) return undefined
    const { iss, iat, jti } = signed.claims
    if (typeof jti !== 'string' || jti === '') {
      return { expected: 'jti of signed_metadata to be a text', seen: words(jti) }
    }
    // The same JWT may be handed out again.
    const earlier = history.before(message, 'signed-metadata').find(({ body = {}, text }) => {
      const expired = typeof body.exp === 'number' && typeof iat === 'number' && body.exp <= iat
      return body.iss === iss && body.jti === jti && text !== message.text && !expired
    })
    if (!earlier) return 'met'
    return { expected: 'another jti than in the signed_metadata before', seen: words(jti) }
  },
}
