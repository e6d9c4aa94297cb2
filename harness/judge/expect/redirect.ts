import { decodeForm } from '../../../wire/form.ts'
import { isObject, type JsonObject } from '../../../wire/json.ts'
import { match } from '../match.ts'
import { answerOf } from '../words.ts'
import { causeAt, type Expect, noAnswer, outcomeOf } from './expect.ts'

/** The answer sends the browser on: `to` is the target without its query, `query` its parameters. */
export const redirect: Expect = (value, scene) => {
  const { answer } = scene
  if (!answer?.response) return noAnswer('a redirect', scene)
  const { status, headers } = answer.response
  const location = headers.location
  if (status < 300 || status > 399 || location === undefined) {
    return { expected: 'a redirect', seen: answerOf(answer), ...causeAt(answer) }
  }
  const target = targetOf(location, answer.request?.url)
  return outcomeOf(match(isObject(value) ? value : { to: value }, target, 'redirect'), answer)
}

/** A relative target is relative to the request (RFC 9110 10.2.2); it is not normalised beyond that. */
function targetOf(location: string, base: string | undefined): JsonObject {
  const absolute =
    URL.canParse(location) || !URL.canParse(location, base) ? location : new URL(location, base).href
  const [, to = '', query = ''] = /^([^?#]*)(?:\?([^#]*))?/.exec(absolute) ?? []
  return { to, query: decodeForm(query) }
}
