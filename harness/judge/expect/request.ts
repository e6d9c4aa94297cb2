import { isObject } from '../../../wire/json.ts'
import { match } from '../match.ts'
import { lowerHeadersWithin, requestView } from '../view.ts'
import { type Expect, noAnswer, outcomeOf } from './expect.ts'

/** The answer hop's request: `method url path query headers body`. */
export const request: Expect = (value, scene) => {
  const { answer } = scene
  if (!answer?.request) return noAnswer('a request', scene)
  const expected = isObject(value) ? lowerHeadersWithin(value) : value
  return outcomeOf(match(expected, requestView(answer.request), 'request'), answer)
}
