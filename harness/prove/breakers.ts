/** Every fault with the rules that its own actor breaks by it, as the actors say. */
import { knowledge } from '../testbed.ts'
import type { Breaker } from './proofs.ts'

/** What several kinds have under one name is one fault. */
export async function breakersOf(): Promise<Breaker[]> {
  const { faults, checks } = await knowledge()
  const all = [
    ...faults.map(({ name, breaks }) => ({ name, breaks })),
    ...checks.map(({ name, breaks }) => ({ name: `skip/${name}`, breaks })),
  ]
  return [...Map.groupBy(all, ({ name }) => name)].map(([name, same]) => ({
    name,
    breaks: [...new Set(same.flatMap(({ breaks }) => breaks))],
  }))
}
