import type { Rule } from '../../rule.ts'
import { membershipOf } from '../shared/community.ts'

/** A server knows the parameter: whose certificate signs depends on it (guide, Discovery 2.4). */
export const rule: Rule = {
  id: 'disc-053',
  on: ['metadata'],
  judge(message, { stage }) {
    const membership = membershipOf(message, stage)
    if (!membership?.member) return undefined
    const { asked, signed } = membership
    const expected = `metadata for community ${asked}`
    if (message.status === 204 || message.status === 400) return { expected, seen: String(message.status) }
    if (signed.includes(asked)) return 'met'
    return signed.length === 0 ? undefined : { expected, seen: `that for ${signed.join(' and ')}` }
  },
}
