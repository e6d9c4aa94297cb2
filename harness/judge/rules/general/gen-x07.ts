import { answered, received } from '../../hops.ts'
import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'

/** Who tried an Authorization header is told of that scheme (RFC 6749 5.2). */
export const rule: Rule = {
  id: 'gen-x07',
  on: ['token-response'],
  judge({ status = 0, body, hop }) {
    const used = received(hop)?.headers.authorization?.split(' ', 1)[0]
    if (!used || status < 400 || status > 499 || body?.error !== 'invalid_client') return undefined
    const challenge = answered(hop)?.headers['www-authenticate'] ?? ''
    if (status !== 401) return { expected: '401 after an Authorization header', seen: String(status) }
    const named = challenge.toLowerCase().includes(used.toLowerCase())
    return named ? 'met' : { expected: `a WWW-Authenticate header of ${used}`, seen: words(challenge) }
  },
}
