import type { Rule } from '../../rule.ts'
import { answerOf } from '../../words.ts'
import { placeOf } from '../shared/registered.ts'

/** 201 is for what is new: a modification and a cancellation are answered with 200 (UDAP DCR 6). */
export const rule: Rule = {
  id: 'reg-x10',
  on: ['registration-response'],
  judge(message, view) {
    if (!placeOf(message, view)?.earlier) return undefined
    if (message.status === 200) return 'met'
    return { expected: '200, as nothing new is registered', seen: answerOf(message.hop) }
  },
}
