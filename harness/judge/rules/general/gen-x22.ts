import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'

/** code_challenge is a SHA-256 hash in base64url (RFC 7636 4.2). */
export const rule: Rule = {
  id: 'gen-x22',
  on: ['authorization-request'],
  judge({ body }) {
    const { code_challenge: challenge, code_challenge_method: method } = body ?? {}
    if (method !== 'S256' || typeof challenge !== 'string' || challenge === '') return undefined
    const expected = 'code_challenge 43 characters of base64url, without padding'
    return /^[A-Za-z0-9_-]{43}$/.test(challenge)
      ? 'met'
      : { expected, seen: `${challenge.length}: ${words(challenge)}` }
  },
}
