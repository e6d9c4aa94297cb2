import { isObject, type JsonObject } from '../../../wire/json.ts'
import { decodeJwt } from '../../../wire/jwt.ts'
import { clockMs } from '../hops.ts'
import { match } from '../match.ts'
import { distrust } from '../trust.ts'
import { requestView, responseView, valueAt } from '../view.ts'
import { words } from '../words.ts'
import { causeAt, type Expect, noAnswer, outcomeOf } from './expect.ts'

/**
 * A JWT in the answer hop: `in` says where (`body.signed_metadata`, `request.body.client_assertion`), `header`
 * and `claims` what it says, `trustedBy` which certificate authority vouches for its signer.
 */
export const jwt: Expect = (value, scene) => {
  const { answer } = scene
  const asked: JsonObject = isObject(value) ? value : {}
  const place = String(asked.in)
  if (!answer) return noAnswer(`a JWT in ${place}`, scene)
  const { request, response } = answer
  const view = { ...(response && responseView(response)), ...(request && { request: requestView(request) }) }
  const text = valueAt(view, place)
  const decoded = typeof text === 'string' ? decodeJwt(text) : undefined
  if (typeof text !== 'string' || !decoded) {
    return { expected: `a JWT in ${place}`, seen: words(text, place.split('.').at(-1)), ...causeAt(answer) }
  }
  for (const part of ['header', 'claims'] as const) {
    const expected = asked[part]
    const difference = expected === undefined ? undefined : match(expected, decoded[part], `${place} ${part}`)
    if (difference) return outcomeOf(difference, answer)
  }
  const authority = asked.trustedBy
  if (authority === undefined) return true
  const end = place.startsWith('request.') ? 'to' : 'from'
  const why = distrust(decoded, String(authority), scene.stage, clockMs(answer, end))
  return why === undefined
    ? true
    : { expected: `${place} trusted by ${authority}`, seen: why, hop: answer.id }
}
