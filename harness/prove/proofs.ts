/** What a run proved: each rule joined with the faults that are said to break it, and with the cases that showed it. */
import type { Requirement, RuleId } from '../../spec/types.ts'
import type { PlanCase } from '../plan/plan.ts'
import type { CaseResult, RuleResult } from '../result.ts'

/** A fault by its full name, `skip/…` included, with the rules that its own actor breaks by it. */
export interface Breaker {
  name: string
  breaks: RuleId[]
}

export interface Proof {
  rule: Requirement
  /** A MAY without limit, or a row that nothing can break, is not broken: it is used, or met. */
  breakable: boolean
  /** A case that passed and in which it was met or used. */
  met?: string
  faults: { name: string; case?: string }[]
  /** What is missing, in words; none when it is proven. */
  missing: string[]
}

export interface Evidence {
  plan: PlanCase[]
  cases: CaseResult[]
}

/**
 * @param judged ids of the rules that have code
 * @returns one for each rule that is judged in any version
 */
export function proofsOf(
  requirements: Requirement[],
  judged: RuleId[],
  breakers: Breaker[],
  { plan, cases }: Evidence,
): Proof[] {
  const shown = breaksShown(plan, cases)
  const met = metIn(cases)
  return requirements
    .filter(({ id }) => judged.includes(id))
    .map((rule) => {
      const faults = breakers
        .filter(({ breaks }) => breaks.includes(rule.id))
        .map(({ name }) => {
          const where = shown.get(`${name} ${rule.id}`)
          return { name, ...(where !== undefined && { case: where }) }
        })
      const where = met.get(rule.id)
      const breakable = isBreakable(rule)
      const proof = { rule, breakable, faults, ...(where !== undefined && { met: where }) }
      return { ...proof, missing: missingIn(proof) }
    })
}

export function isBreakable({ strengthIn, limit, unbreakable }: Requirement): boolean {
  if (unbreakable !== undefined) return false
  return limit === true || Object.values(strengthIn).some((strength) => strength !== 'MAY')
}

function missingIn({ rule, breakable, met, faults }: Omit<Proof, 'missing'>): string[] {
  const may = Object.values(rule.strengthIn).every((strength) => strength === 'MAY')
  return [
    ...(met === undefined ? [`no case that passed ${may ? 'uses' : 'meets'} it`] : []),
    ...(breakable && faults.length === 0 ? ['no fault is said to break it'] : []),
    ...faults
      .filter((fault) => fault.case === undefined)
      .map(({ name }) => `${name} is not seen to break it`),
  ]
}

/**
 * `<fault> <rule>` to the case that showed it. The case passed, so the fault fired, nobody else broke a rule, and
 * the scenario's own expectations held: whoever met the fault did what the guide says.
 */
function breaksShown(plan: PlanCase[], cases: CaseResult[]): Map<string, string> {
  const plans = new Map(plan.map((one) => [one.id, one]))
  const shown = new Map<string, string>()
  for (const one of cases) {
    const planned = plans.get(one.id)
    if (!planned || one.verdict !== 'passed') continue
    const uses = [...planned.actors, ...planned.steps].flatMap(({ faults }) => faults)
    for (const { actor, inject } of uses) {
      for (const rule of one.rules.filter((result) => brokenBy(actor, result))) {
        const key = `${inject} ${rule.id}`
        if (!shown.has(key)) shown.set(key, nameOf(one))
      }
    }
  }
  return shown
}

const brokenBy = (name: string, { findings }: RuleResult): boolean =>
  findings.some(({ actor, provoked }) => actor === name && provoked)

function metIn(cases: CaseResult[]): Map<RuleId, string> {
  const found = new Map<RuleId, string>()
  for (const one of cases) {
    if (one.verdict !== 'passed') continue
    for (const { id, met } of one.rules) if (met > 0 && !found.has(id)) found.set(id, nameOf(one))
  }
  return found
}

const nameOf = ({ file, name }: CaseResult): string => `${file}: ${name}`

/** Rules that the same faults break, where there are several: the guide says the same thing in two places. */
export function groupsOf(proofs: Proof[]): RuleId[][] {
  const broken = proofs.filter(({ faults }) => faults.length > 0)
  const groups = Map.groupBy(broken, ({ faults }) =>
    faults
      .map(({ name }) => name)
      .sort()
      .join(' '),
  )
  return [...groups.values()].filter((all) => all.length > 1).map((all) => all.map(({ rule }) => rule.id))
}
