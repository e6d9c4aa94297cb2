/** What the actions of one client app share while it runs: its signers, and what it knows of each server. */
import type { JsonObject } from '../../wire/json.ts'
import type { Peer } from '../actor.ts'
import { Refusal } from '../checks.ts'
import type { Runtime } from '../runtime.ts'
import { createSigner, type Signer } from './signer.ts'

/** What udap/discover learned and validated. */
export interface Discovered {
  /** Whose anchor vouches for the server; undefined behind a skipped chain check only. */
  community: string | undefined
  tokenEndpoint: string
  registrationEndpoint: string
}

/** What udap/register was given. */
export interface Registration {
  clientId: string
  /** As granted; as asked for when the answer does not say. */
  scope: string
  signer: Signer
}

export interface ServerState {
  discovered?: Discovered
  registration?: Registration
  accessToken?: string
}

export interface Client {
  runtime: Runtime
  signers: Signer[]
  /** By name of the resource server. */
  servers: Map<string, ServerState>
}

export function createClient(runtime: Runtime): Client {
  return { runtime, signers: runtime.context.credentials.map(createSigner), servers: new Map() }
}

export interface Target {
  name: string
  peer: Peer
  state: ServerState
}

/** The server that an action is about, by its actor name. */
export function targetOf({ runtime, servers }: Client, { server }: JsonObject): Target {
  const { peers } = runtime.context
  const name = typeof server === 'string' ? server : ''
  const peer = Object.hasOwn(peers, name) ? peers[name] : undefined
  if (peer?.kind !== 'resource-server') {
    const names = Object.keys(peers).filter((one) => peers[one]?.kind === 'resource-server')
    throw missing(
      `"server" must name a resource server of this case: ${names.join(', ') || 'there is none'}.`,
    )
  }
  const state = servers.get(name) ?? {}
  servers.set(name, state)
  return { name, peer, state }
}

export function discovered({ name, state }: Target): Discovered {
  if (state.discovered) return state.discovered
  throw missing(
    `The endpoints of "${name}" are not known: udap/discover finds and validates them; let it succeed first.`,
  )
}

export function registration({ name, state }: Target): Registration {
  if (state.registration) return state.registration
  throw missing(`There is no client_id for "${name}": udap/register gets one; let it succeed first.`)
}

export function accessToken({ name, state }: Target): string {
  if (state.accessToken !== undefined) return state.accessToken
  throw missing(`There is no access token for "${name}": udap/token gets one; let it succeed first.`)
}

/** The certificate to show where this community is trusted. */
export function signerFor({ runtime, signers }: Client, community: string | undefined): Signer {
  const found =
    community === undefined ? signers[0] : signers.find((signer) => signer.community === community)
  if (found) return found
  const { name } = runtime.context
  const others = signers.map((signer) => signer.community).join(', ') || 'none'
  throw missing(`${name} has no certificate of community ${community ?? '(any)'}, only of: ${others}.`)
}

/** An action that lacks something stops before anything is sent. */
export function missing(message: string): Refusal {
  const refusal = new Refusal(message)
  refusal.check = 'missing-input'
  return refusal
}
