/** Compares a run with its known failures: matched exactly, so that a change for better or worse is seen. */
import type { KnownFailure } from '../plan/known-failures.ts'
import type { CaseResult, Result } from '../result.ts'

export interface Compared {
  /** Failed cases that broke exactly what was known. */
  excused: number
  /** What no longer is as it was known; each fails the run. */
  surprises: string[]
  /** For people: what was excused, and why. */
  lines: string[]
}

/** Entries whose case is not in the run say nothing. */
export function compareKnown({ cases }: Result, known: KnownFailure[]): Compared {
  const compared: Compared = { excused: 0, surprises: [], lines: [] }
  for (const entry of known) {
    for (const one of cases.filter(({ file, name }) => file === entry.file && name === entry.case)) {
      const broken = brokenIn(one)
      const wanted = [...new Set(entry.breaks)].sort()
      if (one.verdict === 'passed') {
        compared.surprises.push(
          `${one.file}: ${one.name}: known to fail, but it passed; take it off the list`,
        )
      } else if (one.verdict !== 'failed') {
        compared.surprises.push(`${one.file}: ${one.name}: known to fail, but it was ${one.verdict}`)
      } else if (broken.join() !== wanted.join()) {
        const what = `known to break ${wanted.join(', ')}, but it broke ${broken.join(', ') || 'nothing of that kind'}`
        compared.surprises.push(`${one.file}: ${one.name}: ${what}`)
      } else {
        compared.excused++
        compared.lines.push(`known failure: ${one.name} (${one.id}): ${entry.reason}`)
      }
    }
  }
  return compared
}

/** Ids of the expectations and rules that broke, sorted. */
function brokenIn({ steps, rules }: CaseResult): string[] {
  const expectations = steps.flatMap((step) =>
    step.expectations.filter(({ verdict }) => verdict === 'broken'),
  )
  const broken = rules.filter(({ findings }) =>
    findings.some(({ verdict, provoked }) => verdict === 'broken' && !provoked),
  )
  return [...new Set([...expectations, ...broken].map(({ id }) => id))].sort()
}
