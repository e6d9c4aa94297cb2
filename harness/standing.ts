/** How a rule stands after one case or many: what happened to it at worst, leaving aside what was asked for. */
import type { RuleResult } from './result.ts'

/** Worst first. `provoked`: it was broken only where a scenario made its actor misbehave. */
export const standings = ['broken', 'warned', 'met', 'used', 'unused', 'provoked'] as const
export type Standing = (typeof standings)[number]

/** @param results of one rule; at least one */
export function standingOf(results: RuleResult[]): Standing {
  const all = new Set(results.flatMap(standingsIn))
  return standings.find((one) => all.has(one)) ?? 'unused'
}

function standingsIn({ met, unused, verdict, findings }: RuleResult): Standing[] {
  const may = verdict === 'used' || verdict === 'unused'
  return [
    ...findings.map((finding) => (finding.provoked ? 'provoked' : finding.verdict)),
    ...(met > 0 ? [may ? ('used' as const) : ('met' as const)] : []),
    ...(unused > 0 ? ['unused' as const] : []),
  ]
}
