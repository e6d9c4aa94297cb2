import type { Rule } from '../../rule.ts'
import { membershipOf } from '../shared/community.ts'

/** Signed by the certificate of the community that was asked for, where the server knows the parameter (guide 2.4). */
export const rule: Rule = {
  id: 'disc-054',
  on: ['metadata'],
  judge(message, { parameters, stage }) {
    const membership = membershipOf(message, stage)
    if (!membership?.member || membership.signed.length === 0) return undefined
    const { asked, signed } = membership
    if (signed.includes(asked)) return 'met'
    if (parameters.discovery.communityParameter === 'optional') return undefined
    const expected = `signed_metadata signed by the server's certificate of community ${asked}`
    return { expected, seen: `that of ${signed.join(' and ')}` }
  },
}
