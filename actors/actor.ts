/**
 * Seam 1: what every actor is to the harness, the same in-process and over the management port. Every
 * argument and answer is JSON; what is not JSON (the open server, the recorder) is the Host, which each
 * place makes for itself.
 */
import type { Server as HttpServer } from 'node:http'
import type { Server as HttpsServer } from 'node:https'
import type { Static, TObject, TSchema } from 'typebox'
import type { Community } from '../spec/community.ts'
import type { Parameters, RuleId } from '../spec/types.ts'
import type { Fired, HopId, Observed } from '../wire/hop.ts'
import type { JsonObject } from '../wire/json.ts'
import type { Change } from './change.ts'
import type { Artifact, Fault } from './make.ts'
import type { Store } from './store.ts'

export type Kind =
  | 'certificate-authority'
  | 'authorization-server'
  | 'resource-server'
  | 'data-holder'
  | 'directory'
  | 'intermediary'
  | 'identity-provider'
  | 'client-app'
  | 'user'

/** A kind of actor: what it is configured with, what it can do, how it can misbehave, how it starts. */
export interface Actor<With extends TSchema = TSchema> {
  kind: Kind
  /** One line for people. */
  title: string
  /** What it listens with. A certificate authority serves plain HTTP, as real ones do (RFC 5280 8). */
  serves: 'https' | 'http' | 'nothing'
  /** Appended to its origin to give its URL, for example `/fhir`; '' when its URL is its origin. */
  basePath: string
  /** Endpoint name to path below the URL: the one table of defaults. A `{ url }` place overrides by name. */
  endpoints: Record<string, string>
  /** Schema of `with`. */
  with: With
  /** Schema of `policy`: what the guide leaves open, or what a run loosens. Each key has a default. */
  policy: TObject
  /** Keys of `with` that name another actor, and the kinds it may be of. One candidate = the default. */
  links: Record<string, Kind[]>
  /** Keys of `with` with names of other actors that are no links: lists, or members of lists as `links.user`. */
  names?: Record<string, Kind[]>
  /** False for who is issued no UDAP certificate. */
  enrols?: false
  /** What it tells of itself when it has started, read as `actors.<name>.<fact>`: names with a line each. */
  facts: Record<string, string>
  actions: Record<string, ActionSpec>
  faults: Fault[]
  /** The named checks that `skip/<name>` can switch off, with the rules that each enforces. */
  checks: CheckName[]
  /** Private keys of its own that it needs lent in Context.keys: one algorithm name a key (certs/keys.ts). */
  keys: string[]
  start(context: Context, w: Static<With>, host: Host): Promise<StartedActor>
}

export interface ActionSpec {
  /** One line for people. */
  title: string
  with: TSchema
  /** As Actor.links, for the action's own `with`. */
  links: Record<string, Kind[]>
  /** What the answer hop of this action is, in words. */
  answer: string
  /** Output names with a line each. */
  outputs: Record<string, string>
  /** What is waited for where somebody does it who takes no orders; absent: it cannot be seen from outside. */
  awaited?: Awaited
}

/** An action as others see it. */
export interface Awaited {
  /**
   * Class of the answer hop, or `back`: what sends the browser back to the app. Absent: there is nothing to wait
   * for.
   */
  class?: string
  method?: 'GET' | 'POST'
  /** What the request must hold as well, as a pattern. */
  request?(input: JsonObject): JsonObject
  /** What its answer is made of, of what faults may reach. */
  answeredWith?: Artifact[]
  /** It comes before one can know that one must not go on. */
  first?: true
  /** What the person at it is told: `{actor}` and `{server}` are filled in. */
  prompt: string
  /** Output name to its place in the hop, such as `response.body.client_id`. */
  outputs: Record<string, string>
}

export interface CheckName {
  name: string
  refs: RuleId[]
  /** Rules that the actor breaks by `skip/<name>`. */
  breaks: RuleId[]
}

/** Everything an actor is told at its start. Plain JSON. */
export interface Context {
  /** The case's id, for messages. */
  case: string
  name: string
  /** The name for people: what its pages say. */
  title: string
  kind: Kind
  /** Own base URL. For an actor that serves nothing: its identity URI. */
  url: string
  /** Everybody in the case, itself included. */
  peers: Record<string, Peer>
  /** The persons that it knows, by the names of their `user` actors; a user knows itself. */
  people: Record<string, Person>
  /** UDAP signing credentials, one a community; empty for a certificate authority. */
  credentials: Credential[]
  /** Trust anchors of UDAP certificates, one entry a community that it trusts. */
  anchors: Anchors[]
  /** Of a certificate authority that was there before; a new one when left out. Its private keys are `keys`. */
  authority?: AuthorityRecord
  /** PEM PKCS#8 private keys lent for the case to whoever signs with keys of its own (CA: root, intermediate). */
  keys: string[]
  tls: {
    /** PEM roots that its HTTPS calls trust. */
    roots: string[]
    /** Those of the operating system count as well: the case has systems elsewhere. */
    publicRoots?: true
    /** PEM of its own server certificate (leaf first) and key; absent unless it serves HTTPS. */
    certificate?: { chain: string; key: string }
    /** One for a host that nobody has, where a fault needs it. */
    otherName?: { chain: string; key: string }
  }
  spec: { version: string; parameters: Parameters }
  /** Definitions of the case's trust communities, by URI, as far as there are any. */
  communities?: Record<string, Community>
  /** Loosens or tightens what the guide leaves open, as the scenario says it: policyOf() fills it in. */
  policy: JsonObject
  /** Added to real time: the scenario's clock. */
  clockOffsetMs: number
  /** Same seed, same ids. */
  seed: string
  /** Counts from 2 when it was killed and is started again: ids of an earlier life do not come back. */
  life?: number
  /**
   * Host name to IP address, or to the name to look up instead; `<host>:<port>` to `<host>:<port>`, where it is
   * reached another way. Anything else under `localhost` is loopback.
   */
  addresses: Record<string, string>
  /**
   * URLs of the proxies for https and http, and for whom they are not (NO_PROXY). Loopback and whoever is in
   * `addresses` is reached without.
   */
  proxy?: { https?: string; http?: string; except: string }
  /**
   * The run's output folder, an absolute path: an actor keeps files of its own below `<kind of file>/<case>/` of
   * it. Absent where nothing is kept.
   */
  folder?: string
}

export interface Peer {
  kind: Kind
  /** For people; its name when left out. */
  title?: string
  url: string
  /** Endpoint name to absolute URL. */
  endpoints: Record<string, string>
  /** Its links as resolved by the plan, for example `{ tokensFrom: 'as' }`. */
  links: Record<string, string>
  /** URI of the community of a system elsewhere, where it is not ours. */
  community?: string
}

/** A person of the case, as those are told who let them in. */
export interface Person {
  /** Name of the `user` actor. */
  name: string
  /** For people. */
  title: string
  username: string
  /** Empty for a server that another one's word is enough for: it needs none. */
  password: string
  /** Ids of the Patient resources that are theirs; empty for who is no patient here. */
  patients: string[]
  /** Their own FHIR resource, such as `Patient/p1` or `Practitioner/d1` (SMART App Launch, fhirUser). */
  fhirUser?: string
  /** What identity providers that somebody else runs call them: name of the actor to `sub`. */
  subjects?: Record<string, string>
  /** Claims about them (OpenID Connect Core 5.1). */
  claims: JsonObject
  /** Levels of NIST SP 800-63: how sure an identity provider is of who they are, and that it is they. */
  assurance: { identity: 1 | 2 | 3; authentication: 1 | 2 | 3 }
}

/** A UDAP signing key with its chain, in one community. */
export interface Credential {
  /** Community URI. */
  community: string
  /** PEM PKCS#8. */
  key: string
  /** x5c: base64 DER, leaf first, without the root. */
  chain: string[]
  /** URI subject alternative names of the leaf. */
  uris: string[]
}

export interface Anchors {
  community: string
  /** Base64 DER. */
  certificates: string[]
}

/** What is known of a certificate authority that outlasts the process. */
export interface AuthorityRecord {
  community: string
  /** Base64 DER. */
  root: string
  intermediate: string
  /** By whom: `root` or `intermediate`. Serial numbers are hexadecimal. */
  issued: { serial: string; issuer: string }[]
  /** `at`: ISO 8601; `reason`: RFC 5280 5.3.1. */
  revoked: { serial: string; issuer: string; at: string; reason: string }[]
}

/** What is not JSON: each place makes its own. */
export interface Host {
  /** Already listening; without certificate and handler until the actor sets them. */
  server?: HttpServer | HttpsServer
  record(half: Observed): void
  /** What it remembers over its end; absent where every start begins anew. */
  state?: Store
}

/** Facts of a started actor that scenarios and the judge may read (`actors.<name>.<fact>`). */
export type Facts = JsonObject

/** Why an action did not go on, though nothing on the wire failed. */
export interface Stopped {
  /** Name of the check that stopped it, or `missing-input`, `no-answer`. */
  check: string
  message: string
  refs: RuleId[]
}

export interface ActResult {
  outputs: JsonObject
  /** Refusals that a policy let pass. */
  loosened?: Stopped[]
  /** The hop that the step's expectations look at. */
  answer?: HopId
  stopped?: Stopped
}

/** One fault to arm. */
export interface FaultUse {
  /** `<artifact>/<mutation>` or `skip/<check>`; of a change the name that it fires under. */
  inject: string
  change?: Change
}

export type ArmId = string

export interface StartedActor {
  name: string
  url: string
  facts: Facts
  act(action: string, input: JsonObject, timeoutMs: number): Promise<ActResult>
  arm(faults: FaultUse[]): Promise<ArmId>
  /** Switches the faults of one `arm` off and says which of them fired, once for each time. */
  disarm(id: ArmId): Promise<Fired[]>
  /** Resolves when no hop is open and every half is recorded. */
  settled(): Promise<void>
  setClock(offsetMs: number): Promise<void>
  stop(): Promise<void>
}

export type { JsonObject }
