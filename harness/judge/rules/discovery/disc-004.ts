import type { Rule } from '../../rule.ts'
import { isAsked } from '../shared/metadata.ts'

const wanted = [401, 403, 407]

/** Nobody has to authenticate for metadata (guide, Discovery 2.1). */
export const rule: Rule = {
  id: 'disc-004',
  on: ['metadata'],
  judge(message) {
    const { status = 0 } = message
    if (!isAsked(message) || status >= 500) return undefined
    if (!wanted.includes(status)) return 'met'
    return { expected: 'metadata without authentication', seen: String(status) }
  },
}
