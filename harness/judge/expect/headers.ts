import { match } from '../match.ts'
import { lowerHeaders } from '../view.ts'
import { type Expect, noAnswer, outcomeOf } from './expect.ts'

/** The answer's headers, by case-insensitive name. */
export const headers: Expect = (value, scene) => {
  const { answer } = scene
  if (!answer?.response) return noAnswer('an answer with headers', scene)
  return outcomeOf(match(lowerHeaders(value), answer.response.headers, 'headers'), answer)
}
