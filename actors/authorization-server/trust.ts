/** Which trust community a signer belongs to: the one to whose anchor its certificate chain leads. */
import { ChainError, createChainCache, type RevocationMode, validateChain } from '../../certs/chain.ts'
import { fetchThrough } from '../fetch.ts'
import type { Runtime } from '../runtime.ts'

export interface Trust {
  /** The first community that trusts the chain, or why none does. */
  community(
    x5c: unknown,
  ): Promise<{ community: string; problem?: never } | { community: undefined; problem: string }>
}

export function createTrust(runtime: Runtime): Trust {
  const { anchors, policy, name } = runtime.context
  const fetch = fetchThrough(runtime)
  const cache = createChainCache()
  const revocation = revocationMode(policy.revocation ?? 'hard-fail', name)
  return {
    async community(x5c) {
      let worst: ChainError | undefined
      for (const { community, certificates } of anchors) {
        try {
          await validateChain({
            x5c: x5c as string[],
            anchors: certificates,
            at: runtime.now(),
            revocation,
            fetch,
            cache,
          })
          return { community }
        } catch (error) {
          if (!(error instanceof ChainError)) throw error
          // Where there is a path to the anchor, its fault says more than that other anchors have none.
          if (!worst || worst.check === 'chain-no-path') worst = error
        }
      }
      return { community: undefined, problem: worst?.message ?? 'this server trusts no community.' }
    },
  }
}

const MODES: readonly RevocationMode[] = ['hard-fail', 'soft-fail', 'off']

function revocationMode(value: unknown, actor: string): RevocationMode {
  const mode = MODES.find((known) => known === value)
  if (mode) return mode
  throw new Error(
    `policy.revocation of ${actor} is ${JSON.stringify(value)}; it must be one of ${MODES.join(', ')}.`,
  )
}
