import type { Rule } from '../../rule.ts'
import { isAsked } from '../shared/metadata.ts'

/** Who supports no UDAP says so by 404 (guide, Discovery 2.2). That it supports none, its policy says. */
export const rule: Rule = {
  id: 'disc-008',
  on: ['metadata'],
  judge(message, { actor, stage }) {
    const { policy } = (actor !== undefined && stage.actors[actor]) || {}
    if (policy?.udap !== 'unsupported' || !isAsked(message)) return undefined
    if (message.status === 404) return 'met'
    return { expected: '404 from a server that supports no UDAP', seen: String(message.status) }
  },
}
