import { expect, test } from 'vitest'
import { negotiate } from './scopes.ts'

const supported = ['system/*.rs', 'system/Patient.rs', 'system/Observation.rs', 'system/Patient.read', 'udap']
const registered = ['system/Patient.rs', 'system/Observation.rs', 'system/Patient.read']

// Asked for, what the client registered, what it gets.
test.each([
  ['what it registered', 'system/Patient.rs', registered, ['system/Patient.rs']],
  ['each once', 'udap  udap', ['udap'], ['udap']],
  ['less than it asked for', 'system/Coverage.rs udap', ['udap'], ['udap']],
  ['a wildcard that it registered', 'system/*.rs', ['system/*.rs'], ['system/*.rs']],
  [
    'of a supported wildcard what it registered',
    'system/*.rs',
    registered,
    ['system/Patient.rs', 'system/Observation.rs'],
  ],
  ['a part of a wildcard', 'system/Encounter.r', ['system/*.rs'], ['system/Encounter.r']],
  ['a narrower wildcard', 'system/*.r', ['system/*.rs'], ['system/*.r']],
  [
    'a part of a wildcard with a query',
    'system/Observation.rs?category=laboratory',
    ['system/*.rs'],
    ['system/Observation.rs?category=laboratory'],
  ],
])('a client gets %s', (_what, asked, grantable, scopes) => {
  expect(negotiate(asked, supported, grantable)).toEqual({ scopes })
})

test.each([
  ['a wildcard that is not supported, whatever else is asked for', 'system/*.cruds system/Patient.rs'],
  ['a wildcard of another context', 'user/*.rs'],
  ['a wildcard that is no SMART scope', 'system/* udap'],
  ['only what is not supported', 'system/Coverage.rs'],
  ['only what the client did not register', 'udap'],
  ['a quote', 'system/Patient.rs "'],
  ['a tab', 'system/Patient.rs\tudap'],
  ['nothing', ''],
  ['only spaces', '  '],
])('refused: %s', (_what, asked) => {
  const { refusal, scopes } = negotiate(asked, supported, registered)
  expect(refusal).toEqual(expect.any(String))
  // A server that does not care grants it all.
  expect(scopes).toEqual(asked.split(' ').filter((token) => token !== ''))
})

test.each([
  ['system/*.rs', 'system/Patient.c'],
  ['system/*.rs', 'system/Patient.read'],
  ['system/*.rs', 'user/Patient.rs'],
  ['system/*.read', 'system/Patient.write'],
  ['system/Patient.*', 'system/Observation.read'],
  ['system/*.rs?_security=N', 'system/Patient.rs'],
])('%s is not enough for %s', (wildcard, asked) => {
  expect(negotiate(asked, [wildcard], [wildcard]).refusal).toBeDefined()
})

test.each([
  ['system/*.*', 'system/Patient.read'],
  ['system/*.*', 'system/*.rs'],
  ['system/*.cruds', 'system/*.rs'],
  ['system/Patient.*', 'system/Patient.write'],
])('%s is enough for %s', (wildcard, asked) => {
  expect(negotiate(asked, [wildcard], [wildcard])).toEqual({ scopes: [asked] })
})
