import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../wire/json.ts'
import { readData } from './data.ts'
import { twoPatients } from './fixture.ts'

describe('the data set', () => {
  it('may be a Bundle or a list', () => {
    const { Patient, Observation } = readData(twoPatients)
    expect([...Patient.keys()]).toEqual(['p1', 'p2'])
    expect(Observation.size).toBe(6)
    expect(readData([{ resourceType: 'Patient', id: 'x' }]).Patient.size).toBe(1)
  })

  it.each<[string, JsonObject | JsonObject[], string]>([
    ['is no Bundle', { resourceType: 'Patient', id: 'p1' }, 'give a FHIR Bundle or a list'],
    ['holds something else', [{ resourceType: 'Device', id: 'd1' }], 'number 1 is a "Device"'],
    ['holds no resource', { resourceType: 'Bundle', entry: [{}] }, 'number 1 is no resource'],
    ['has no id', [{ resourceType: 'Patient' }], 'needs an "id"'],
    [
      'has an id twice',
      [
        { resourceType: 'Patient', id: 'a' },
        { resourceType: 'Patient', id: 'a' },
      ],
      'Patient/a is there twice',
    ],
  ])('is refused when it %s', (_what, data, message) => {
    expect(() => readData(data)).toThrow(message)
  })
})
