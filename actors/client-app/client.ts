/** What the actions of one client app share while it runs: its signers, and what it knows of each server. */
import { type Static, Type } from 'typebox'
import type { JsonObject } from '../../wire/json.ts'
import type { Credential, Kind, Peer } from '../actor.ts'
import { createSigner, type Signer } from '../client/signer.ts'
import { missing } from '../input.ts'
import { policyOf } from '../policy.ts'
import type { Runtime } from '../runtime.ts'
import { type Authorization, type Authorizations, createAuthorizations } from './authorizations.ts'
import { Policy } from './policy.ts'

/** What udap/discover learned and validated. */
export interface Discovered {
  /** Whose anchor vouches for the server; undefined behind a skipped chain check only. */
  community: string | undefined
  tokenEndpoint: string
  registrationEndpoint: string
  /** Undefined when the server lets nobody sign in. */
  authorizationEndpoint: string | undefined
}

/** What udap/register was given. */
export interface Registration {
  clientId: string
  /** As granted; as asked for when the answer does not say. */
  scope: string
  /** As registered; as asked for when the answer does not say. */
  grantTypes: string[]
  redirectUris: string[]
  signer: Signer
  /** What it authenticates by instead, where an operator was given one. */
  secret?: string
  /** Why it is no more: the server cancelled it, or has given another client_id since (guide 3.4). */
  ended?: 'cancelled' | 'replaced'
}

/** What udap/token was given. */
export interface AccessToken {
  value: string
  /** As a NumericDate; undefined when the answer did not say. */
  expiresS: number | undefined
  /** What it was asked for with: by client credentials a new one is asked for in the same way. */
  input: JsonObject
  grant: 'authorization_code' | 'client_credentials'
  /** The hl7-b2b object that was asserted for it: in another context it must not be used (guide 5.2.4). */
  asserted?: JsonObject | undefined
  refreshToken: string | undefined
  /** Of the ID token that came with it: who the person is, and for which request they signed in. */
  person: { sub: string; nonce: string | undefined } | undefined
}

/** What is known of one server in one community: a registration belongs to a community (guide 3.4). */
export interface State {
  discovered?: Discovered
  /** Oldest first. */
  registrations?: Registration[]
  token?: AccessToken
  /** The one to go on with: begun last, or answered last. */
  authorization?: Authorization
}

interface ServerState {
  /** `issuer` of its authorization server, as smart/discover found it. */
  issuer?: string
  /** As udap/discover found it last. */
  last?: State
  byCommunity: Map<string | undefined, State>
}

export interface Client {
  runtime: Runtime
  policy: Static<typeof Policy>
  signers: Signer[]
  /** `logo_uri` where a registration needs one. */
  logo: string
  /** Where browsers are sent back to. */
  redirectUri: string
  authorizations: Authorizations
  /** By name of the FHIR server. */
  servers: Map<string, ServerState>
  /** By registration endpoint, which several of them may share: the leaf certificates that it did not approve of. */
  unapproved: Map<string, Set<string>>
}

export function createClient(
  runtime: Runtime,
  { logo, redirectUri }: Pick<Client, 'logo' | 'redirectUri'>,
): Client {
  const { context } = runtime
  const { endpointsDiffer } = context.spec.parameters.discovery
  return {
    runtime,
    policy: policyOf(Policy, context, { onMismatch: endpointsDiffer }),
    signers: context.credentials.map(createSigner),
    logo,
    redirectUri,
    authorizations: createAuthorizations(),
    servers: new Map(),
    unapproved: new Map(),
  }
}

/** Whoever signs with the replaced certificate signs with the new one. */
export function replaceSigner({ signers }: Client, credential: Credential): boolean {
  const signer = signers.find(({ community }) => community === credential.community)
  if (signer) Object.assign(signer, createSigner(credential))
  return signer !== undefined
}

/** Who serves FHIR. */
const serverKinds: Kind[] = ['resource-server', 'data-holder', 'directory', 'intermediary']

/** Of these the one that issues tokens has the same URL. */
const withTokens: Kind[] = ['data-holder', 'directory', 'intermediary']

/** ActionSpec.links of every action that is about a server. */
export const serverLinks = { server: serverKinds }

export const serverInput = {
  server: Type.Optional(
    Type.String({
      description: 'Name of the server: a resource server, a data holder, or one that is like these.',
    }),
  ),
}

/** Inputs of every action that goes on where udap/discover ended. */
export const targetInputs = {
  ...serverInput,
  community: Type.Optional(
    Type.String({ description: 'URI of a community that was discovered there; the last when left out.' }),
  ),
}

export interface Target {
  name: string
  peer: Peer
  server: ServerState
  state: State
}

/** The server that an action is about, by its actor name. */
export function serverOf({ runtime, servers }: Client, { server: named }: JsonObject): Omit<Target, 'state'> {
  const { peers } = runtime.context
  const name = typeof named === 'string' ? named : ''
  const peer = Object.hasOwn(peers, name) ? peers[name] : undefined
  if (!servesFhir(peer)) {
    const names = Object.keys(peers).filter((one) => servesFhir(peers[one]))
    throw missing(`"server" must name a server of this case: ${names.join(', ') || 'there is none'}.`)
  }
  const server = servers.get(name) ?? { byCommunity: new Map() }
  servers.set(name, server)
  return { name, peer, server }
}

const servesFhir = (peer: Peer | undefined): peer is Peer =>
  peer !== undefined && serverKinds.includes(peer.kind)

/** Whose tokens the server takes; a data holder takes its own. UDAP metadata does not say. */
export function authorizationServerOf({ runtime }: Client, { peer }: Pick<Target, 'peer'>): Peer | undefined {
  return withTokens.includes(peer.kind) ? peer : runtime.context.peers[peer.links.tokensFrom ?? '']
}

/** `iss` of what the authorization server says: as the server's SMART configuration names it, else its URL. */
export function issuerOf(client: Client, target: Pick<Target, 'peer' | 'server'>): string | undefined {
  return target.server.issuer ?? authorizationServerOf(client, target)?.url
}

/** The server with what is known of it in the community that is meant. */
export function targetOf(client: Client, input: JsonObject): Target {
  const found = serverOf(client, input)
  const { last, byCommunity } = found.server
  const { community } = input
  return { ...found, state: (typeof community === 'string' ? byCommunity.get(community) : last) ?? {} }
}

export function discovered({ name, state }: Target): Discovered {
  if (state.discovered) return state.discovered
  throw missing(
    `The endpoints of "${name}" are not known: udap/discover finds and validates them; let it succeed first.`,
  )
}

/** The certificates to show, the one of this community first. */
export function signersFor({ runtime, signers }: Client, community: string | undefined): Signer[] {
  const first =
    community === undefined ? signers[0] : signers.find((signer) => signer.community === community)
  if (first) return [first, ...signers.filter((signer) => signer !== first)]
  const { name } = runtime.context
  const others = signers.map((signer) => signer.community).join(', ') || 'none'
  throw missing(`${name} has no certificate of community ${community ?? '(any)'}, only of: ${others}.`)
}
