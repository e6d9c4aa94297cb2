import { isObject, type Json } from '../../../wire/json.ts'
import { whole } from '../../plan/expression.ts'
import { match } from '../match.ts'
import type { Expect } from './expect.ts'

/** `{ value, is }`: a value of an actor or a step is as it should be. */
export const that: Expect = (value, _scene, said) => {
  const { value: seen, is = null } = isObject(value) ? value : {}
  const difference = match(is, seen, pathIn(said))
  if (!difference) return true
  return { expected: `${difference.path} ${difference.expected}`, seen: difference.seen }
}

/** Where the value is from. Its last part is a name, by which it may be a secret. */
function pathIn(said: Json): string {
  const value = isObject(said) && typeof said.value === 'string' ? whole(said.value) : undefined
  return value !== undefined && /^[\w.-]+$/.test(value) ? value : 'value'
}
