/** JWTs that have a jti in common (guide 7.1.4). */
import type { Message } from '../../message.ts'
import type { View } from '../../rule.ts'
import { jwtKinds } from './jwt.ts'

/** Earlier ones with this iss and jti, newest first; of one kind alone where jti is unique in a kind. */
export function sameJti(message: Message, { history, parameters }: View): Message[] {
  const { kind, text, body } = message
  const { iss, jti } = body ?? {}
  if (typeof iss !== 'string' || typeof jti !== 'string') return []
  const kinds = parameters.jwt.jtiUniquePer === 'issuer' ? jwtKinds : [kind]
  return kinds
    .flatMap((one) => history.before(message, one))
    .filter((one) => one.body?.iss === iss && one.body.jti === jti && one.text !== text)
}
