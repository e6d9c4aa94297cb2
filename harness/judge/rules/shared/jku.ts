/** The experimental alternative to x5c: a key set of the client's, and which of its keys (guide 7.6). */
import { isObject, type JsonObject } from '../../../../wire/json.ts'
import type { Jwt } from '../../../../wire/jwt.ts'
import type { History } from '../../history.ts'
import type { Message } from '../../message.ts'

/** jku in the place of x5c. */
export const usesKeySet = (jwt: Jwt | undefined): jwt is Jwt =>
  jwt !== undefined && jwt.header.x5c === undefined && typeof jwt.header.jku === 'string'

/** The answers that anybody got from the key set of this JWT, oldest first. */
export function keySetsOf({ header }: Jwt, { messages }: History): Message[] {
  return messages.filter(({ kind, hop }) => kind === 'jwks-response' && hop.request?.url === header.jku)
}

/** The key that the JWT names by kid. */
export function keyOf({ header }: Jwt, keySet: Message): JsonObject | undefined {
  const keys = keySet.body?.keys
  if (!Array.isArray(keys) || header.kid === undefined) return undefined
  return keys.filter(isObject).find(({ kid }) => kid === header.kid)
}

/** The JWT with the x5c that its key set has for it. */
export function withKeySet({ jwt }: Message, history: History): Jwt | undefined {
  if (!usesKeySet(jwt)) return jwt
  const keys = keySetsOf(jwt, history).map((keySet) => keyOf(jwt, keySet))
  const x5c = keys.findLast((key) => key !== undefined)?.x5c
  return x5c === undefined ? jwt : { ...jwt, header: { ...jwt.header, x5c } }
}
