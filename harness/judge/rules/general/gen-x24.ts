import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { isSent } from '../shared/authorization-request.ts'
import { isCode } from '../shared/authorization-response.ts'

/** No code for a response_type that is missing or another one (RFC 6749 3.1.1). */
export const rule: Rule = {
  id: 'gen-x24',
  on: ['authorization-response'],
  judge(message) {
    const asked = message.of?.body
    const { response_type: type } = asked ?? {}
    if (!asked || (isSent(asked, 'response_type') && typeof type !== 'string')) return undefined
    // `code id_token` and the like ask for a code as well.
    if (typeof type === 'string' && type.split(' ').includes('code')) return undefined
    if (isCode(message))
      return {
        expected: 'no code',
        seen: `one, for ${isSent(asked, 'response_type') ? words(type) : 'no'} response_type`,
      }
    return isSent(message.body, 'error') ? 'met' : undefined
  },
}
