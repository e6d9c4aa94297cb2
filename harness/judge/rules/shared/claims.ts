/** The headers and claims that a JWT of a registration has to have, whatever is in them. */
import type { JsonObject } from '../../../../wire/json.ts'
import type { Message } from '../../message.ts'
import type { Finding } from '../../rule.ts'
import { withName, words } from '../../words.ts'

/** alg and x5c in the header (7.1.3), and every required claim of its table. */
export function hasAll({ jwt }: Message, required: string[]): Finding | undefined {
  if (!jwt) return undefined
  const { alg, x5c } = jwt.header
  if (typeof alg !== 'string') return { expected: 'an alg header', seen: words(alg) }
  if (!Array.isArray(x5c) || x5c.length === 0)
    return { expected: 'an x5c header with a certificate', seen: words(x5c) }
  const missing = required.filter((name) => !Object.hasOwn(jwt.claims, name))
  if (missing.length === 0) return 'met'
  return { expected: `the claims ${required.join(', ')}`, seen: `no ${missing.join(', no ')}` }
}

/** A name for people to read. */
export function isName(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== ''
}

/** A whole number of seconds since 1970 (RFC 7519 2 with the guide's "integer"). */
export function wholeNumber(claims: JsonObject, name: string): Finding {
  const value = claims[name]
  if (Number.isInteger(value)) return 'met'
  return { expected: `${name} a whole number`, seen: withName(name, value) }
}
