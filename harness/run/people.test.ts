import { expect, test } from 'vitest'
import type { PlanActor } from '../plan/plan.ts'
import { titleOf } from './people.ts'

const named = (title?: string) =>
  titleOf({ name: 'holder', ...(title === undefined ? {} : { title }) } as PlanActor)

test('pages call an actor what the scenario calls it to people, else by its own name', () => {
  expect(named('Lakeside Hospital')).toBe('Lakeside Hospital')
  expect(named()).toBe('Holder')
})
