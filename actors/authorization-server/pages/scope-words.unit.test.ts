import fc from 'fast-check'
import { expect, test } from 'vitest'
import { scopeWords } from './scope-words.ts'

test.each([
  ['openid', 'Recognize you when you come back'],
  ['offline_access', 'Keep access when you are not using the app'],
  ['launch/patient', 'Know whose record it is'],
  ['patient/Observation.rs', 'Read your lab results and vital signs (Observation)'],
  ['patient/Observation.read', 'Read your lab results and vital signs (Observation)'],
  ['patient/Observation.r', 'Read your lab results and vital signs (Observation)'],
  ['patient/Observation.s', 'Read your lab results and vital signs (Observation)'],
  ['patient/AllergyIntolerance.c', 'Add your allergies (AllergyIntolerance)'],
  ['patient/AllergyIntolerance.write', 'Add, change and delete your allergies (AllergyIntolerance)'],
  ['patient/AllergyIntolerance.cruds', 'Read, add, change and delete your allergies (AllergyIntolerance)'],
  ['patient/AllergyIntolerance.*', 'Read, add, change and delete your allergies (AllergyIntolerance)'],
  ['patient/Practitioner.rs', 'Read details of doctors and other staff (Practitioner)'],
  ['patient/Basic.rs', 'Read your entries (Basic)'],
  ['patient/*.rs', 'Read everything in your record'],
  [
    'user/Condition.rs',
    'Read diagnoses and health problems of everyone whose record you may open (Condition)',
  ],
  ['user/*.read', 'Read everything that you may see here'],
  ['system/Condition.rs', 'Read diagnoses and health problems of all patients (Condition)'],
  ['system/*.cud', 'Add, change and delete the records of all patients'],
])('%s: %s', (scope, label) => {
  expect(scopeWords(scope).label).toBe(label)
})

test.each([
  'made-up',
  'patient/Observation',
  'patient/Observation.',
  'patient/Observation.sr',
  'other/Patient.r',
])('what is no known scope stands as it is: %s', (scope) => {
  expect(scopeWords(scope)).toEqual({ label: scope })
})

test.each([
  ['patient/Observation.rs?category=laboratory', { label: 'Read your lab results (Observation)' }],
  [
    'patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|vital-signs',
    { label: 'Read your vital signs, such as blood pressure (Observation)' },
  ],
  [
    'patient/Observation.rs?category=http://example.org/codes|other,sdoh&status=final',
    {
      label: 'Read your lab results and vital signs (Observation)',
      detail: 'Only where category is other or sdoh and status is final.',
    },
  ],
  ['patient/*.rs?_tag=x%20y', { label: 'Read everything in your record', detail: 'Only where _tag is x y.' }],
])('a restriction is said: %s', (scope, words) => {
  expect(scopeWords(scope)).toEqual(words)
})

test('a record that is not the person’s own is not called theirs', () => {
  expect(scopeWords('patient/Condition.rs', 'this patient’s').label).toBe(
    'Read this patient’s diagnoses and health problems (Condition)',
  )
  expect(scopeWords('patient/*.rs', 'this patient’s').label).toBe('Read everything in this patient’s record')
})

test('names that every object has are no words', () => {
  expect(scopeWords('constructor')).toEqual({ label: 'constructor' })
  expect(scopeWords('patient/constructor.rs')).toEqual({ label: 'Read your entries (constructor)' })
})

test('whatever a client asks for, there is a word for it', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (scope, query) => {
      expect(scopeWords(scope).label).toBeTypeOf('string')
      expect(scopeWords(`patient/Observation.rs?${query}`).label).toMatch(/^Read your |^patient/)
    }),
  )
})
