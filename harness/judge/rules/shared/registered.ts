/** Who has registered at a server, by what the server said in the case so far (guide 3.4). */

import { clockMs } from '../../hops.ts'
import type { Message } from '../../message.ts'
import type { View } from '../../rule.ts'
import { statementOf } from '../../statement.ts'
import { chainFlaw, trustOf } from '../../trust.ts'
import { isAccepted } from './accepted.ts'
import { cancels } from './client-id.ts'

/** Whose registration a request is about. */
export interface Owner {
  issuer: string
  community: string
  /** The same for two requests of which the later one modifies what the earlier one registered. */
  key: string
}

export interface Registered extends Owner {
  clientId: string
  response: Message
}

export interface Ended {
  clientId: string
  how: 'replaced' | 'cancelled'
  response: Message
}

/** Nothing when its community cannot be told: then nobody knows what it modifies. */
export function ownerOf(response: Message, view: View): Owner | undefined {
  const statement = statementOf(response, view.history)
  const issuer = statement?.body?.iss
  const community = statement && communityOf(statement, response.author, view)
  if (typeof issuer !== 'string' || community === undefined) return undefined
  const { modifiedBy } = view.parameters.registration
  return { issuer, community, key: JSON.stringify(modifiedBy === 'uri' ? [issuer] : [issuer, community]) }
}

/** The one whose anchor vouches for the signer; of a server whose anchors are unknown, the one that issued its certificate. */
function communityOf(
  { jwt, hop }: Message,
  server: string | undefined,
  { history, stage }: View,
): string | undefined {
  if (!jwt || server === undefined) return undefined
  const atMs = clockMs(hop, 'to')
  const trusting = { ...stage, revoked: [] }
  const vouching = Object.keys(stage.actors[server]?.anchors ?? {}).find(
    (community) => !chainFlaw(jwt, trustOf(server, history, community), trusting, atMs),
  )
  const leaf = Array.isArray(jwt.header.x5c) ? jwt.header.x5c[0] : undefined
  return vouching ?? stage.issued.find(({ chain }) => chain[0] === leaf)?.community
}

/** At the author's, before the message: those that hold, and what had been given but holds no more. */
export function registeredBefore(message: Message, view: View): { live: Registered[]; ended: Ended[] } {
  const live = new Map<string, Registered>()
  const ended = new Map<string, Ended>()
  for (const response of view.history.before(message, 'registration-response').reverse()) {
    const clientId = response.body?.client_id
    const { author } = message
    const knows = response.author === author && !view.history.hasForgotten(author, response, message)
    const owner = knows ? ownerOf(response, view) : undefined
    if (!owner || !isAccepted(response) || typeof clientId !== 'string') continue
    const earlier = live.get(owner.key)
    const cancelled = cancels(response.body?.grant_types)
    if (earlier && (cancelled || earlier.clientId !== clientId)) {
      const how = cancelled ? 'cancelled' : 'replaced'
      ended.set(earlier.clientId, { clientId: earlier.clientId, how, response })
    }
    live.delete(owner.key)
    if (!cancelled) {
      live.set(owner.key, { ...owner, clientId, response })
      ended.delete(clientId)
    }
  }
  return { live: [...live.values()], ended: [...ended.values()] }
}

/** Of an accepted request: whose it is, what it modifies or cancels, and what the same iss has elsewhere. */
export function placeOf(response: Message, view: View) {
  const owner = isAccepted(response) ? ownerOf(response, view) : undefined
  if (!owner) return undefined
  const { live } = registeredBefore(response, view)
  return {
    ...owner,
    earlier: live.find(({ key }) => key === owner.key),
    others: live.filter(({ key, issuer }) => key !== owner.key && issuer === owner.issuer),
    strangers: live.filter(({ key }) => key !== owner.key),
  }
}
