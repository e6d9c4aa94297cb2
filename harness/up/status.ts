/** What is up: one object, from which the status page and /status are made. */
import { REGISTERED, type Store } from '../../actors/store.ts'
import { isObject, isStrings } from '../../wire/json.ts'
import type { PlanCase } from '../plan/plan.ts'
import type { StageActor } from '../trace/trace.ts'
import type { HopLine } from './hop-lines.ts'

export interface RegisteredClient {
  clientId: string
  name: string
  /** Of its certificates; empty when an operator entered it. */
  uri: string
  grants: string[]
  scopes: string[]
}

export interface ActorStatus {
  name: string
  kind: string
  spec: string
  url: string
  endpoints: Record<string, string>
  /** Community URI to trust anchors, base64 DER: those of an authority are its own. */
  anchors: Record<string, string[]>
  /** How a person signs in who is one of the actors. */
  signIn?: { username: string; password: string }
  /** Of a server where clients register: how many, and the last of them. */
  clients?: { count: number; last: RegisteredClient[] }
}

export interface Status {
  /** Of the scenario. */
  name: string
  version: string
  ready: boolean
  /** ISO 8601. */
  since: string
  /** From 1: how often it was started with its state. */
  life: number
  actors: ActorStatus[]
  /** PEM. */
  tlsRoot: string
  hops: HopLine[]
}

/** Of many clients only these are shown. */
const SHOWN = 50

export function actorsOf(
  { actors: planned }: Pick<PlanCase, 'actors'>,
  actors: Record<string, StageActor>,
  state: Store,
): ActorStatus[] {
  return Object.entries(actors).map(([name, actor]) => {
    const { kind, spec, url, endpoints, facts } = actor
    const { username, password } = facts
    // One that somebody gave us is not ours to show.
    const isGiven = planned.some((one) => one.name === name && one.password !== undefined)
    const signIn =
      !isGiven && typeof username === 'string' && typeof password === 'string'
        ? { username, password }
        : undefined
    const clients = endpoints.registration === undefined ? undefined : clientsOf(name, state)
    return {
      name,
      kind,
      spec,
      url,
      endpoints,
      anchors: anchorsOf(actor),
      ...(signIn && { signIn }),
      ...(clients && { clients }),
    }
  })
}

function anchorsOf({ facts: { community, root }, anchors }: StageActor): Record<string, string[]> {
  return typeof community === 'string' && typeof root === 'string' ? { [community]: [root] } : anchors
}

function clientsOf(actor: string, state: Store): NonNullable<ActorStatus['clients']> {
  const kept = state.entries(`actor/${actor}/${REGISTERED}/`)
  const last = kept.slice(-SHOWN).flatMap(([, client]) => {
    if (!isObject(client)) return []
    const { clientId, name, uri, grantTypes, scopes } = client
    return {
      clientId: String(clientId),
      name: String(name),
      uri: String(uri),
      grants: isStrings(grantTypes) ? grantTypes : [],
      scopes: isStrings(scopes) ? scopes : [],
    }
  })
  return { count: kept.length, last: last.reverse() }
}
