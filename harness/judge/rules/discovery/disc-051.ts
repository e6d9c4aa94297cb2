import type { Rule } from '../../rule.ts'
import { isAsked } from '../shared/metadata.ts'

/** A client says whose certificates it trusts (guide, Discovery 2.4). */
export const rule: Rule = {
  id: 'disc-051',
  on: ['metadata-request'],
  judge(message) {
    if (!isAsked(message)) return undefined
    if (message.body?.community !== undefined) return 'met'
    return { expected: 'the parameter community', seen: 'none' }
  },
}
