import { match } from '../match.ts'
import { responseView } from '../view.ts'
import { type Expect, noAnswer, outcomeOf } from './expect.ts'

/** The answer's body: parsed where it is JSON, text otherwise. */
export const body: Expect = (value, scene) => {
  const { answer } = scene
  if (!answer?.response) return noAnswer('an answer with a body', scene)
  if (answer.response.truncated) {
    return { expected: 'a body', seen: 'one that is longer than what was recorded of it', hop: answer.id }
  }
  return outcomeOf(match(value, responseView(answer.response).body, 'body'), answer)
}
