import type { Message } from '../../message.ts'
import type { Wrong } from '../../rule.ts'
import { words } from '../../words.ts'

/** What a token response with an ID token lacks (OpenID Connect Core 3.1.3.3, RFC 6749 5.1). */
export function tokenResponseFlaw({ body }: Message): Wrong | undefined {
  if (!body) return { expected: 'a JSON object', seen: 'none' }
  for (const name of ['access_token', 'id_token']) {
    const value = body[name]
    if (typeof value !== 'string' || value === '')
      return { expected: name, seen: value === undefined ? `no ${name}` : words(value, name) }
  }
  const { token_type } = body
  if (typeof token_type === 'string' && token_type.toLowerCase() === 'bearer') return undefined
  return {
    expected: 'token_type Bearer',
    seen: token_type === undefined ? 'no token_type' : `token_type ${words(token_type)}`,
  }
}
