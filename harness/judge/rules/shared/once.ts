import type { Rule } from '../../rule.ts'

/** RFC 8707 2: the one parameter that may come several times. */
const several = ['resource']

/** No parameter comes more than once (RFC 6749 3.1). */
export const repeatedParameter: Rule['judge'] = ({ body }) => {
  if (!body) return undefined
  const names = Object.keys(body).filter((name) => Array.isArray(body[name]) && !several.includes(name))
  if (names.length === 0) return 'met'
  return { expected: 'each parameter once', seen: `${names.join(' and ')} more than once` }
}
