import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'

/** redirect_uri is an absolute URI without fragment (RFC 6749 3.1.2). */
export const rule: Rule = {
  id: 'gen-x20',
  on: ['authorization-request'],
  judge({ body }) {
    const uri = body?.redirect_uri
    if (typeof uri !== 'string' || uri === '') return undefined
    const expected = 'redirect_uri an absolute URI without fragment'
    return URL.canParse(uri) && !uri.includes('#') ? 'met' : { expected, seen: words(uri) }
  },
}
