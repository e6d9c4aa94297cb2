import { expect, test } from 'vitest'
import type { Requirement } from '../../spec/types.ts'
import type { PlanCase } from '../plan/plan.ts'
import type { CaseResult, RuleFinding, RuleResult } from '../result.ts'
import { groupsOf, isBreakable, proofsOf } from './proofs.ts'
import { score, shortcomings } from './table.ts'

const row = (id: string, more: Partial<Requirement> = {}): Requirement => ({
  id,
  page: 'registration',
  section: '3.1',
  strength: 'SHALL',
  strengthIn: { '2.0.0': 'SHALL' },
  actor: 'client',
  text: '',
  since: ['2.0.0'],
  check: 'wire',
  flow: ['registration'],
  inferno: { ids: [], coverage: 'none' },
  origin: 'ig',
  ...more,
})

const may = (id: string, more: Partial<Requirement> = {}) =>
  row(id, { strength: 'MAY', strengthIn: { '2.0.0': 'MAY' }, ...more })

const rule = (id: string, met: number, ...findings: Partial<RuleFinding>[]): RuleResult => ({
  id,
  verdict: findings.length > 0 ? 'broken' : 'met',
  met,
  unused: 0,
  findings: findings.map((one) => ({
    hop: 'h',
    actor: 'app',
    role: 'client',
    strength: 'SHALL',
    verdict: 'broken',
    provoked: true,
    expected: 'a',
    seen: 'b',
    ...one,
  })),
})

/** A case in which `faults` were declared, each of an actor. */
function ran(
  id: string,
  verdict: CaseResult['verdict'],
  rules: RuleResult[],
  faults: Record<string, string>,
) {
  const planned = { id, actors: [], steps: [{ faults: usesOf(faults) }] } as unknown as PlanCase
  const result = { id, name: id, file: 'a.yaml', verdict, rules } as unknown as CaseResult
  return { planned, result }
}

const usesOf = (faults: Record<string, string>) =>
  Object.entries(faults).map(([inject, actor]) => ({ actor, inject }))

const evidence = (...cases: ReturnType<typeof ran>[]) => ({
  plan: cases.map(({ planned }) => planned),
  cases: cases.map(({ result }) => result),
})

const fault = { name: 'software-statement/no-jti', breaks: ['reg-001'] }
const clean = ran('clean', 'passed', [rule('reg-001', 1)], {})
const broken = ran('broken', 'passed', [rule('reg-001', 0, {})], { [fault.name]: 'app' })

const missing = (...cases: ReturnType<typeof ran>[]) =>
  proofsOf([row('reg-001')], ['reg-001'], [fault], evidence(...cases))[0]!.missing

test('a rule is proven when a case meets it and each of its faults breaks it', () => {
  expect(missing(clean, broken)).toEqual([])
})

test.each<[string, ReturnType<typeof ran>[], string[]]>([
  ['no case meets it', [broken], ['no case that passed meets it']],
  ['no case has the fault', [clean], ['software-statement/no-jti is not seen to break it']],
  [
    'the case with the fault did not pass',
    [clean, ran('x', 'failed', [rule('reg-001', 0, {})], { [fault.name]: 'app' })],
    ['software-statement/no-jti is not seen to break it'],
  ],
  [
    'the fault was declared, and the rule did not break',
    [clean, ran('x', 'passed', [rule('reg-001', 1)], { [fault.name]: 'app' })],
    ['software-statement/no-jti is not seen to break it'],
  ],
  [
    'somebody else broke it',
    [clean, ran('x', 'passed', [rule('reg-001', 0, { actor: 'as' })], { [fault.name]: 'app' })],
    ['software-statement/no-jti is not seen to break it'],
  ],
])('a rule is not proven when %s', (_, cases, said) => {
  expect(missing(...cases)).toEqual(said)
})

test('a rule that no fault is said to break is not proven, but for one that cannot be broken', () => {
  const rows = [row('a-1'), may('a-2'), may('a-3', { limit: true }), row('a-4', { unbreakable: 'always' })]
  const all = rows.map(({ id }) => id)
  const used = ran(
    'all',
    'passed',
    all.map((id) => rule(id, 1)),
    {},
  )
  const proofs = proofsOf(rows, all, [], evidence(used))
  expect(proofs.map((proof) => proof.missing)).toEqual([
    ['no fault is said to break it'],
    [],
    ['no fault is said to break it'],
    [],
  ])
  expect(rows.map(isBreakable)).toEqual([true, false, true, false])
  expect(isBreakable(may('a-5', { strengthIn: { '1.0.0': 'MAY', '2.0.0': 'SHALL' } }))).toBe(true)
})

test('a MAY that nobody uses is not proven', () => {
  const [proof] = proofsOf([may('a-1')], ['a-1'], [], evidence())
  expect(proof!.missing).toEqual(['no case that passed uses it'])
})

test('rules that the same faults break are a group', () => {
  const both = { name: 'client-assertion/no-exp', breaks: ['con-016', 'b2b-017'] }
  const rows = [row('con-016'), row('b2b-017'), row('reg-001')]
  const proofs = proofsOf(
    rows,
    rows.map(({ id }) => id),
    [both, fault],
    evidence(),
  )
  expect(groupsOf(proofs)).toEqual([['con-016', 'b2b-017']])
})

test('the score counts what was proven, and false alarms are said one by one', () => {
  const proofs = proofsOf(
    [row('reg-001'), row('reg-002')],
    ['reg-001', 'reg-002'],
    [fault],
    evidence(clean, broken),
  )
  const alarm = {
    rule: 'reg-001',
    version: '2.0.0',
    seed: 's',
    case: 'Happy',
    said: 'app: expected a, saw b',
  }
  const proven = { proofs, unjudged: ['reg-003'], judgeable: 3, failed: [], alarms: [alarm] }
  expect(score(proven)).toBe('rules: 2 of 3 judged, 1 of 2 breakable proven by 1 fault, 1 false alarm')
  expect(shortcomings(proven)).toEqual([
    'reg-003: no rule judges it, and the catalogue does not say why',
    'reg-002: no case that passed meets it',
    'reg-002: no fault is said to break it',
    'false alarm: reg-001 in Happy (2.0.0, s): app: expected a, saw b',
  ])
})
