import type { Rule } from '../../rule.ts'
import { isAsked } from '../shared/metadata.ts'

/** GET is how metadata is asked for (guide, Discovery 2.1). */
export const rule: Rule = {
  id: 'disc-057',
  on: ['metadata'],
  judge(message) {
    const { status = 0 } = message
    if (!isAsked(message)) return undefined
    if (status === 405 || status === 501) return { expected: 'an answer to GET', seen: String(status) }
    return status >= 500 ? undefined : 'met'
  },
}
