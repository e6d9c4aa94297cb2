import { match } from '../match.ts'
import { answerOf } from '../words.ts'
import { causeAt, type Expect, noAnswer } from './expect.ts'

/** The answer's status: a number or operators. */
export const status: Expect = (value, scene) => {
  const difference = match(value, scene.answer?.response?.status, 'status')
  const expected = `status ${difference?.expected}`
  if (!scene.answer?.response) return noAnswer(expected, scene)
  return difference ? { expected, seen: answerOf(scene.answer), ...causeAt(scene.answer) } : true
}
