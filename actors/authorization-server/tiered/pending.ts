/** Who is at an identity provider just now: from the authentication request until the browser comes back. */
import { Bounded } from '../../bounded.ts'
import type { Interaction } from '../authorization/interaction.ts'
import type { Provider } from './provider.ts'

export interface Pending {
  /** This server's own, never the client's (guide, Tiered OAuth 6.2). */
  state: string
  nonce: string
  /** PKCE (RFC 7636), where the version of the guide requires it. */
  codeVerifier: string | undefined
  clientId: string
  provider: Provider
  interaction: Interaction
  /** Was it sent a second time, with a new client_id? */
  again: boolean
  /** NumericDate */
  sentS: number
}

/** It lasts as long as its interaction. */
export interface PendingSignIns {
  add(pending: Pending): void
  /** The one with this state, if this browser began it. From then on nobody has this state. */
  take(state: string | undefined, browser: string): Pending | undefined
  /** The last one that this browser began, whatever its state. From then on nobody has its state. */
  takeLast(browser: string): Pending | undefined
}

const MOST = 10_000

export function createPendingSignIns(): PendingSignIns {
  const byState = new Bounded<Pending>(MOST)
  const lastState = new Bounded<string>(MOST)

  function take(state: string | undefined, browser: string): Pending | undefined {
    const found = byState.get(state ?? '')
    if (found?.interaction.browser !== browser) return undefined
    byState.delete(found.state)
    return found
  }
  return {
    add(pending) {
      byState.set(pending.state, pending)
      lastState.set(pending.interaction.browser, pending.state)
    },
    take,
    takeLast: (browser) => take(lastState.get(browser), browser),
  }
}
