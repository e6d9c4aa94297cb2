/** Which trust community vouches for a signer: the one to whose anchor its certificate chain leads. */
import { ChainError, createChainCache, type RevocationMode, validateChain } from '../certs/chain.ts'
import { fetchThrough } from './fetch.ts'
import type { Runtime } from './runtime.ts'

export interface Trust {
  /**
   * @param x5c as it came over the wire
   * @param asked URI of the community whose anchors alone count; all that the actor trusts when left out
   * @throws ChainError
   */
  communityOf(x5c: unknown, asked?: string): Promise<string>
}

export function createTrust(runtime: Runtime, revocation: RevocationMode): Trust {
  const { anchors, name } = runtime.context
  const fetch = fetchThrough(runtime)
  const cache = createChainCache()
  return {
    async communityOf(x5c, asked) {
      const trusted = anchors.filter(({ community }) => asked === undefined || community === asked)
      if (trusted.length === 0) {
        throw new ChainError('chain-no-path', `${name} trusts no anchor of ${asked ?? 'any community'}.`)
      }
      const { path } = await validateChain({
        x5c: x5c as string[],
        anchors: trusted.flatMap(({ certificates }) => certificates),
        at: runtime.now(),
        revocation,
        fetch,
        cache,
      })
      const anchor = path.at(-1)?.raw.toString('base64') ?? ''
      const found = trusted.find(({ certificates }) => certificates.includes(anchor))
      if (found) return found.community
      throw new ChainError('chain-no-path', `The chain leads to no trust anchor of ${name}.`)
    },
  }
}
