import { expect, test } from 'vitest'
import { Arming } from './arming.ts'
import { planCase, planFault, planStep } from './fixture.ts'
import type { Stage } from './stage.ts'

test('what was armed ahead of its step is taken back when the case ends before it', async () => {
  const answer = { awaits: 'answer' as const }
  const steps = [
    planStep('sign-in', 'a', answer),
    planStep('token', 'b', { ...answer, faults: [planFault('as', 'token-response/huge')] }),
    planStep('clean-up', 'c', { finally: true }),
  ]
  const armed: string[] = []
  const stage = {
    plan: planCase(steps),
    actionOf: ({ uses }: { uses: string }) =>
      uses === 'b' ? { awaited: { class: 'token', answeredWith: ['token-response'] } } : undefined,
    actor: () => ({
      arm: async () => String(armed.push('it')),
      disarm: async () => {
        armed.pop()
        throw new Error('it is dead')
      },
    }),
  } as unknown as Stage
  const arming = new Arming(stage)
  await arming.arm(steps[0]!)
  expect(armed).toHaveLength(1)
  await arming.dropAll()
  expect(armed).toEqual([])
})
