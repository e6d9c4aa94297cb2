import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { plainPrompts, timeLeft, wordsOf } from './prompts.ts'

beforeEach(() => void vi.useFakeTimers({ now: 0 }))
afterEach(() => void vi.useRealTimers())

test.each([
  [125_000, '2 min 5 s left'],
  [120_000, '2 min left'],
  [400, '1 s left'],
  [-5, '0 s left'],
])('%i ms', (ms, words) => expect(timeLeft(ms)).toBe(words))

const prompt = {
  step: 'sign-in',
  text: 'Ana: sign in.',
  url: 'https://as.example/authorize',
  account: 'Sign in as ana, the password x',
  until: 150_000,
}

test('where nothing moves: what to do and where, then the time that is left once a minute', () => {
  const lines: string[] = []
  const prompts = plainPrompts((line) => lines.push(line))
  const planCase = { id: 'c1' } as never
  prompts.waiting(planCase, prompt)
  expect(lines).toEqual([
    '▶ Ana: sign in.',
    '  https://as.example/authorize',
    '  Sign in as ana, the password x',
    '  2 min 30 s left',
  ])
  vi.advanceTimersByTime(125_000)
  expect(lines.slice(4)).toEqual(['  sign-in: 1 min 30 s left', '  sign-in: 30 s left'])
  prompts.waited(planCase)
  vi.advanceTimersByTime(600_000)
  expect(lines).toHaveLength(6)
  expect(vi.getTimerCount()).toBe(0)
})

test('an address and an account only where there are any', () => {
  expect(wordsOf({ step: 'x', text: 'Do it.', until: 0 })).toEqual(['▶ Do it.'])
})
