import { expect, it } from 'vitest'
import { readData } from '../resource-server/data.ts'
import { twoPatients } from '../resource-server/fixture.ts'
import { dataHolder } from './actor.ts'
import { recordsIn } from './records.ts'

it('has no two checks and no two faults of the same name', () => {
  for (const { names } of [
    { names: dataHolder.checks.map(({ name }) => name) },
    { names: dataHolder.faults.map(({ name }) => name) },
  ]) {
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
    expect(names.length).toBeGreaterThan(50)
  }
})

it('has no two endpoints at one path', () => {
  const paths = Object.values(dataHolder.endpoints)
  expect(new Set(paths).size).toBe(paths.length)
})

it('calls a record by the name of its patient, with what tells it from another', () => {
  const recordOf = recordsIn(readData(twoPatients))
  expect(recordOf('p1')).toEqual({ label: 'Ana Lucía Rivera', detail: 'Born 1984-03-12' })
  expect(recordOf('p9')).toBeUndefined()
})

it.each([
  [[{ text: 'Ana' }], 'Ana'],
  [[{ family: 'Rivera' }], 'Rivera'],
  [[{ given: ['A'] }, { use: 'official', given: ['Ana'] }], 'Ana'],
  [[{ use: 'official' }], 'x'],
  [[], 'x'],
  ['Ana', 'x'],
])('finds the name in %j', (name, label) => {
  const data = readData([{ resourceType: 'Patient', id: 'x', name }])
  expect(recordsIn(data)('x')).toEqual({ label })
})
