/** What a run asks of the judge while it waits for somebody: what the hops are so far. It is told no verdict. */
import type { JsonObject } from '../../wire/json.ts'
import type { StageActor } from '../trace/trace.ts'
import { locationOf } from './authorization.ts'
import { endpointClass } from './classify.ts'
import { fits } from './expect/hop.ts'
import { type Hop, hopsOf } from './hops.ts'
import { hopView } from './view.ts'
import { hopInWords } from './words.ts'

type Actors = Record<string, StageActor>

export { statementIn } from './attribute.ts'
export { isSuccess } from './history.ts'
export { valueAt } from './view.ts'
export type { Hop }
export { fits, hopInWords, hopsOf, hopView, locationOf }

/** Where somebody with this kind of hop goes to: the server itself, else the one whose tokens it takes. */
export function addressee(
  kind: string,
  server: string,
  actors: Actors,
): { actor: string; url: string } | undefined {
  for (const name of [server, actors[server]?.links.tokensFrom]) {
    const actor = actors[name ?? '']
    if (name === undefined || !actor) continue
    const found = Object.entries(actor.endpoints).find(
      ([endpoint]) => endpointClass[actor.kind]?.[endpoint] === kind,
    )
    if (found) return { actor: name, url: found[1] }
  }
  const own = actors[server]
  return own && { actor: server, url: own.url }
}

/** What a redirect to an app holds; of a request that came to one, what it brought. */
export function answerIn(hop: Hop): JsonObject {
  const url = locationOf(hop) ?? hop.request?.url
  if (url === undefined || !URL.canParse(url)) return {}
  const { searchParams, hash } = new URL(url)
  return Object.fromEntries([...searchParams, ...new URLSearchParams(hash.slice(1))])
}

/** Does this answer send a browser back to an app, with a code or an error? Not to a server that asked another one. */
export function sendsBack(hop: Hop, actors: Actors): boolean {
  const location = locationOf(hop)
  if (location === undefined || !isAnswer(answerIn(hop))) return false
  const { origin } = new URL(location)
  const servers = Object.values(actors).filter(({ kind }) => kind !== 'client-app' && kind !== 'user')
  return !servers.some(({ url }) => URL.parse(url)?.origin === origin)
}

/** Has a browser brought an answer to an app? What comes back to a server is on its way still. */
export function isCallback(hop: Hop, actors: Actors): boolean {
  const { class: kind, to, server } = hop
  if (kind !== 'callback' || !server || actors[to ?? '']?.kind !== 'client-app') return false
  return isAnswer(answerIn(hop))
}

const isAnswer = ({ code, error }: JsonObject): boolean => code !== undefined || error !== undefined
