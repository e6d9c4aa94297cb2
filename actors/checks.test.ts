import { expect, it } from 'vitest'
import { type Check, Refusal, runChecks } from './checks.ts'
import { createFaults } from './faults.ts'
import { createMake, type Fault } from './make.ts'

interface Subject {
  age: number
  seen: string[]
}
const checks: Check<Subject>[] = [
  {
    name: 'first',
    refs: ['reg-012'],
    run: (subject) => {
      subject.seen.push('first')
      if (subject.age > 5) throw new Refusal('too old', { status: 400, error: 'invalid_request' })
    },
  },
  { name: 'second', refs: [], run: (subject) => void subject.seen.push('second') },
]

it('stops at the first refusal and says which check refused, by which rule', async () => {
  const subject = { age: 6, seen: [] }
  const faults = createFaults(new Set(['skip/first']))
  const refused = runChecks(checks, subject, faults)
  await expect(refused).rejects.toMatchObject({ message: 'too old', check: 'first', refs: ['reg-012'] })
  expect(subject.seen).toEqual(['first'])
})

it('goes on past a skipped check only, and notes that the skip fired', async () => {
  const subject = { age: 6, seen: [] }
  const faults = createFaults(new Set(['skip/first']))
  const arm = faults.arm([{ inject: 'skip/first' }])
  await runChecks(checks, subject, faults)
  expect(subject.seen).toEqual(['first', 'second'])
  expect(faults.disarm(arm)).toEqual([{ fault: 'skip/first' }])
  await expect(runChecks(checks, subject, faults)).rejects.toThrow('too old')
})

it('does not count a skip that had nothing to swallow', async () => {
  const faults = createFaults(new Set(['skip/first']))
  const arm = faults.arm([{ inject: 'skip/first' }])
  await runChecks(checks, { age: 1, seen: [] }, faults)
  expect(faults.disarm(arm)).toEqual([])
})

it('does not take a broken check for a refusal', async () => {
  const broken: Check<Subject>[] = [{ name: 'broken', refs: [], run: () => JSON.parse('{') }]
  const faults = createFaults(new Set(['skip/broken']))
  faults.arm([{ inject: 'skip/broken' }])
  await expect(runChecks(broken, { age: 1, seen: [] }, faults)).rejects.toThrow(SyntaxError)
})

it('refuses to arm a fault that the actor does not have', () => {
  expect(() => createFaults(new Set()).arm([{ inject: 'skip/nothing' }])).toThrow('no fault "skip/nothing"')
})

const older: Fault = {
  name: 'software-statement/expired',
  artifact: 'software-statement',
  title: 'is ten years older',
  on: 'draft',
  scope: 'step',
  touches: ['age'],
  breaks: [],
  change: (value: { age: number }) => ({ ...value, age: 10 }),
}

it('lets armed faults, and no others, change what is made', async () => {
  const faults = createFaults(new Set([older.name]))
  const make = createMake([older], faults, () => ({ nowS: 0 }))
  const build = (age: number) => make('software-statement', { age }, (draft) => JSON.stringify(draft))
  expect(await build(1)).toBe('{"age":1}')
  const arm = faults.arm([{ inject: older.name }])
  expect(await build(1)).toBe('{"age":10}')
  expect(await make('metadata', { age: 1 }, (draft) => draft.age)).toBe(1)
  expect(faults.disarm(arm)).toEqual([{ fault: older.name }])
})

it('does not call a fault fired that changed nothing', async () => {
  const faults = createFaults(new Set([older.name]))
  const make = createMake([older], faults, () => ({ nowS: 0 }))
  const arm = faults.arm([{ inject: older.name }])
  await make('software-statement', { age: 10 }, (draft) => draft)
  expect(faults.disarm(arm)).toEqual([])
})
