import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { isAccepted } from './accepted.ts'

/** What has no value is not sent as null or as an empty text: that says the same in two ways (guide 3.2.3). */
export const hasNoEmptyParameter: Rule['judge'] = (message) => {
  const { body } = message
  if (!body || !isAccepted(message)) return undefined
  const empty = Object.keys(body).find((name) => body[name] === null || body[name] === '')
  if (empty === undefined) return 'met'
  return { expected: `${empty} left out, as it has no value`, seen: `${empty} ${words(body[empty])}` }
}
