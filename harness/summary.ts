/** The counts of a result. */
import type { CaseResult, Summary, Verdict } from './result.ts'
import { standingOf, standings } from './standing.ts'

/** @param rules how many the cases were judged by */
export function summarize(cases: CaseResult[], rules: number): Summary {
  const count = (verdict: Verdict) => cases.filter((one) => one.verdict === verdict).length
  return {
    cases: cases.length,
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped'),
    errored: count('errored'),
    flaky: cases.filter((one) => one.verdict === 'passed' && one.attempts > 1).length,
    steps: cases.flatMap((one) => one.steps).filter(({ verdict }) => verdict !== 'skipped').length,
    hops: cases.flatMap((one) => one.hops).length,
    rules: countRules(cases, rules),
  }
}

/** Each rule once, over all cases. */
function countRules(cases: CaseResult[], rules: number): Summary['rules'] {
  const touched = Map.groupBy(
    cases.flatMap((one) => one.rules),
    ({ id }) => id,
  )
  const found = [...touched.values()].map(standingOf)
  const counted = standings.map((one) => [one, found.filter((standing) => standing === one).length])
  return { ...Object.fromEntries(counted), untouched: rules - found.length }
}

/** How many rules the cases of a result were judged by. */
export const rulesIn = ({ rules }: Summary): number => Object.values(rules).reduce((sum, one) => sum + one, 0)
