import { decodeJwt } from '../../../../wire/jwt.ts'
import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { published } from '../shared/metadata.ts'

/** A JWT in compact serialization (guide, Discovery 2.2). */
export const rule: Rule = {
  id: 'disc-035',
  on: ['metadata'],
  judge(message) {
    const body = published(message)
    if (!body) return undefined
    const { signed_metadata: text } = body
    if (typeof text === 'string' && decodeJwt(text)) return 'met'
    return { expected: 'signed_metadata to be a JWT in compact serialization', seen: words(text) }
  },
}
