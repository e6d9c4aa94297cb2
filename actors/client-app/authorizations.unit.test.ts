import { expect, it } from 'vitest'
import { type Authorization, createAuthorizations } from './authorizations.ts'

const of = (state: string) => ({ state, answered: false }) as Authorization

it('finds what was begun last and still waits', () => {
  const { begin, waiting, latest } = createAuthorizations()
  const [one, two] = [of('one'), of('two')]
  expect([waiting(), latest()]).toEqual([undefined, undefined])
  begin(one)
  begin(two)
  two.answered = true
  expect(waiting()).toBe(one)
  expect(latest()).toBe(two)
})

it('forgets those that began longest ago, however often it is launched', () => {
  const { begin, byState } = createAuthorizations()
  for (let i = 0; i <= 1000; i++) begin(of(`s${i}`))
  expect(byState('s0')).toBeUndefined()
  expect(byState('s1')?.state).toBe('s1')
  // The same state again is the newest.
  begin(of('s1'))
  begin(of('new'))
  expect(byState('s2')).toBeUndefined()
  expect(byState('s1')).toBeDefined()
})
