import type { JsonObject } from '../../../wire/json.ts'
import { SILENT } from '../../trace/trace.ts'
import { match } from '../match.ts'
import { answerOf, stopOf } from '../words.ts'
import type { Expect } from './expect.ts'

/** The actor itself did not go on: `true`, or `{ check }` for why. */
export const stopped: Expect = (value, { step, answer }) => {
  const hop = answer && { hop: answer.id }
  if (!step.stopped) {
    const seen = answer ? `it went on, and was answered ${answerOf(answer)}` : 'it went on'
    return { expected: 'the actor to stop', seen, ...hop }
  }
  // Of who acts by itself it shows that it stopped, not why.
  if (step.stopped.check === SILENT) return true
  const seen: JsonObject = { ...step.stopped }
  const difference = value === true ? undefined : match(value, seen, 'stopped')
  return difference
    ? { expected: `${difference.path} ${difference.expected}`, seen: `it ${stopOf(step)}`, ...hop }
    : true
}
