import { expect, test } from 'vitest'
import { subjectOf } from './people.ts'

test('a subject is another one for each person, issuer, case and seed, and can be told beforehand', () => {
  const one = { seed: 's1', case: 'c1' }
  const idp = 'https://idp.example'
  const subjects = [
    subjectOf(one, idp, 'ana'),
    subjectOf(one, idp, 'ben'),
    subjectOf(one, 'https://other.example', 'ana'),
    subjectOf({ ...one, case: 'c2' }, idp, 'ana'),
    subjectOf({ ...one, seed: 's2' }, idp, 'ana'),
  ]
  expect(new Set(subjects).size).toBe(subjects.length)
  expect(subjectOf({ ...one }, idp, 'ana')).toBe(subjects[0])
})
