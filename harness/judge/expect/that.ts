import { isObject } from '../../../wire/json.ts'
import { match } from '../match.ts'
import type { Expect } from './expect.ts'

/** `{ value, is }`: a value of an actor or a step is as it should be. */
export const that: Expect = (value) => {
  const { value: seen, is = null } = isObject(value) ? value : {}
  const difference = match(is, seen, 'value')
  if (!difference) return true
  return { expected: `${difference.path} ${difference.expected}`, seen: difference.seen }
}
