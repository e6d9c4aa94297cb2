import { fromBase64url } from '../../../../wire/parse.ts'
import type { Rule } from '../../rule.ts'
import { isOfGuide, jwtKinds } from '../shared/jwt.ts'

/** JWTs are written in JWS Compact Serialization (guide 7.1.1). */
export const rule: Rule = {
  id: 'gen-004',
  on: jwtKinds,
  judge(message, view) {
    if (!isOfGuide(message, view)) return undefined
    const { text } = message
    const expected = 'a JWT in JWS Compact Serialization'
    if (typeof text !== 'string') return { expected, seen: text === null ? 'null' : `JSON: ${typeof text}` }
    const parts = text.split('.')
    if (parts.length !== 3) return { expected, seen: `a text of ${parts.length} parts` }
    const [header, claims, signature] = parts as [string, string, string]
    const encoded = [header, claims, ...(signature === '' ? [] : [signature])].every(fromBase64url)
    return encoded ? 'met' : { expected, seen: 'a part that is not in base64url' }
  },
}
