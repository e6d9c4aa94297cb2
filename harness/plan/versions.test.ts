import { expect, test } from 'vitest'
import { changed, messagesOf, planOf, scenario } from './fixture.ts'
import type { PlanOptions } from './options.ts'
import { selectNamed } from './select.ts'

/** Name of each case, with what its actors follow: ca, as, fhir, app. */
const cases = (text: string, spec: PlanOptions['spec']) =>
  planOf({ text, options: spec === undefined ? {} : { spec } }).cases.map(
    ({ name, actors }) => `${name}: ${actors.map((actor) => actor.spec).join(' ')}`,
  )
const meant = (spec: string) => changed('actors:', `spec: ${spec}\nactors:`)

test('--spec all runs a case in each version, and its name says which', () => {
  expect(cases(scenario, 'all')).toEqual([
    'A token (1.1.0): 1.1.0 1.1.0 1.1.0 1.1.0',
    'A token (2.0.0): 2.0.0 2.0.0 2.0.0 2.0.0',
  ])
  const { cases: two } = planOf({ options: { spec: 'all' } })
  expect(two.map(({ id }) => id)).toEqual(['c1', 'c2'])
})

test('who is named follows its own version in all of them', () => {
  expect(cases(scenario, 'all,app=1.1.0')).toEqual([
    'A token (1.1.0): 1.1.0 1.1.0 1.1.0 1.1.0',
    'A token (2.0.0): 2.0.0 2.0.0 2.0.0 1.1.0',
  ])
  const pinned = changed('kind: authorization-server', 'kind: authorization-server, spec: 2.0.0')
  expect(cases(pinned, 'all')).toEqual([
    'A token (1.1.0): 1.1.0 2.0.0 1.1.0 1.1.0',
    'A token (2.0.0): 2.0.0 2.0.0 2.0.0 2.0.0',
  ])
})

test('where nobody is left to follow another version a case is there once', () => {
  const pinned = changed('kind: authorization-server', 'kind: authorization-server, spec: 2.0.0').replace(
    'kind: resource-server',
    'kind: resource-server, spec: 2.0.0',
  )
  expect(cases(pinned, 'all,app=1.1.0')).toEqual(['A token (2.0.0 and 1.1.0): 1.1.0 2.0.0 2.0.0 1.1.0'])
})

test('a scenario says in which versions it means something', () => {
  expect(cases(meant('1.1.0'), undefined)).toEqual(['A token: 1.1.0 1.1.0 1.1.0 1.1.0'])
  expect(cases(meant('1.1.0'), '2.0.0')).toEqual(['A token: 1.1.0 1.1.0 1.1.0 1.1.0'])
  expect(cases(meant('1.1.0'), 'all')).toEqual(['A token (1.1.0): 1.1.0 1.1.0 1.1.0 1.1.0'])
  expect(cases(meant('[1.1.0, 2.0.0]'), undefined)).toEqual(['A token: 2.0.0 2.0.0 2.0.0 2.0.0'])
  expect(cases(meant('[1.1.0, 2.0.0]'), '1.1.0')).toEqual(['A token: 1.1.0 1.1.0 1.1.0 1.1.0'])
  expect(cases(meant('1.1.0'), 'app=2.0.0')).toEqual(['A token: 1.1.0 1.1.0 1.1.0 2.0.0'])
})

test('a version that there is not is told once, with the nearest', () => {
  const line = scenario.split('\n').indexOf('actors:') + 1
  expect(messagesOf({ text: meant('[1.1.0, 2.1.0]'), options: { spec: 'all' } }).split('\n')).toEqual([
    `b2b/token.yaml:${line}:7: there is no version 2.1.0 of the guide`,
    expect.stringContaining('spec: [1.1.0, 2.1.0]'),
    expect.stringContaining('^'),
    '  did you mean 2.0.0?',
  ])
})

test('of the versions of a case only the one that is named is selected', () => {
  const plan = planOf({ options: { spec: 'all' } })
  const [first] = plan.cases
  const { file, line } = first!.at
  const named = (name: string) => selectNamed(plan, [{ file, line, name }]).cases.map((one) => one.name)
  expect(named('A token (2.0.0)')).toEqual(['A token (2.0.0)'])
  expect(named('What it was called before')).toEqual(['A token (1.1.0)', 'A token (2.0.0)'])
})
