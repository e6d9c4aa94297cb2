import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'

/** A parameter that an authorization request has for itself: no earlier one of the same client has the same. */
export const fresh =
  (name: string): Rule['judge'] =>
  (message, { history }) => {
    const value = message.body?.[name]
    if (typeof value !== 'string' || value === '' || message.author === undefined) return undefined
    // A browser that loads a page again, or is sent from POST to GET, brings the same request.
    const same = JSON.stringify(message.body)
    const before = history
      .before(message, 'authorization-request')
      .filter(({ author, body }) => author === message.author && JSON.stringify(body) !== same)
    if (!before.some(({ body }) => body?.[name] === value)) return 'met'
    return { expected: `another ${name} in each authorization request`, seen: `${words(value)} again` }
  }
