/**
 * What the proofs are worth: each rule in turn loses its body, and the runs of a proof, judged again, must no
 * longer prove it. `node harness/prove/weaken.ts <folder>` does so with every rule.
 */
import type { RuleId } from '../../spec/types.ts'
import { guide, judgedRules, judgeWeakened } from '../testbed.ts'
import { breakersOf } from './breakers.ts'
import { proofsOf } from './proofs.ts'

/** @param folder `suite` of a proof @returns the rules that would not be missed */
export async function unmissed(folder: string, ids: RuleId[]): Promise<RuleId[]> {
  const [judge, breakers] = await Promise.all([judgeWeakened(folder), breakersOf()])
  const { requirements } = guide()
  return ids.filter((id) => {
    const { plan, result } = judge(id)
    const row = requirements.filter((one) => one.id === id)
    const [proof] = proofsOf(row, [id], breakers, { plan: plan.cases, cases: result.cases })
    return proof?.missing.length === 0
  })
}

if (import.meta.main) {
  const [folder = 'out/prove/suite'] = process.argv.slice(2)
  const ids = await judgedRules()
  const left = await unmissed(folder, ids)
  console.log(left.map((id) => `${id}: without its body it is proven all the same`).join('\n'))
  console.log(`${ids.length - left.length} of ${ids.length} rules would be missed`)
  process.exitCode = left.length > 0 ? 1 : 0
}
