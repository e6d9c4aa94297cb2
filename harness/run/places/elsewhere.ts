/** Place `{ manage, url }`: an actor of ours that runs already, behind a management port that somebody else opened. */
import { tokenFrom } from '../../../actors/token.ts'
import { Interrupted } from '../bounded.ts'
import { messageOf, StageBroken } from '../stage-broken.ts'
import { NoLease, takeLease } from './lease.ts'
import type { Running } from './management.ts'

/** An engine may be starting it meanwhile, or starting it again. */
const BOOT_MS = 60_000

/** @throws StageBroken, Interrupted */
export async function joinActor(
  name: string,
  manage: string,
  signal: AbortSignal | undefined,
): Promise<Running> {
  const origin = new URL(manage).origin
  const token = tokenOf(name)
  const late = AbortSignal.timeout(BOOT_MS)
  try {
    const { lost, release } = await takeLease(origin, token, signal ? AbortSignal.any([late, signal]) : late)
    const gone = lost.then((): never => {
      throw new StageBroken(`Actor "${name}" at ${origin} has ended.`, name)
    })
    gone.catch(() => {})
    return { origin, token, gone, end: async () => release() }
  } catch (error) {
    if (signal?.aborted) throw new Interrupted()
    if (!(error instanceof NoLease)) throw error
    throw new StageBroken(`Actor "${name}" cannot be driven at ${origin}: ${error.message}.`, name)
  }
}

/** Of whoever opened the management ports. */
function tokenOf(name: string): string {
  try {
    return tokenFrom(process.env)
  } catch (error) {
    throw new StageBroken(`Actor "${name}" is driven with a token: ${messageOf(error)}`, name, error)
  }
}
