/** Containers start a few at a time: more of them only make each other late. */
import { availableParallelism } from 'node:os'
import { Interrupted } from '../bounded.ts'

let free = availableParallelism()
const waiting: (() => void)[] = []

/** Does the work when it is its turn. @throws Interrupted when the run is by then, and what `work` throws */
export async function inTurn<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (free > 0) free--
  else await new Promise<void>((resolve) => waiting.push(resolve))
  try {
    if (signal?.aborted) throw new Interrupted()
    return await work()
  } finally {
    const next = waiting.shift()
    if (next) next()
    else free++
  }
}
