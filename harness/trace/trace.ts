/** Evidence of a run: trace.jsonl (a HalfHop a line) and stage.json (what the judge must know beside it). */
import type { Fired, HopId, Observed } from '../../wire/hop.ts'
import type { Json, JsonObject } from '../../wire/json.ts'

/** A half of a hop with what only the harness knows. */
export type HalfHop = Observed & {
  case: string
  step: string
  /** Actor names; absent when the other end is nobody of the case. */
  from?: string
  to?: string
  /** How the two halves found each other; absent when this half is alone. */
  paired?: 'span' | 'order'
  /** The message as decoded for people: JWTs, certificates, forms. Never judged by. */
  decoded?: { request?: Json; response?: Json }
}

export interface Stage {
  stage: 1
  testbed: { version: string; node: string }
  /** SHA-256 of the requirement catalogue and of each version file that was in force. */
  digests: Record<string, string>
  cases: StageCase[]
}

export interface StageCase {
  case: string
  seed: string
  startedAt: string
  /** Scenario time minus real time at the start, and each later change with the step that made it. */
  clockOffsetMs: number
  clockChanges: { step: string; offsetMs: number }[]
  actors: Record<string, StageActor>
  /** UDAP certificates issued for the case. */
  issued: IssuedCertificate[]
  revoked: { serial: string; issuer: string; step: string; at: string }[]
  steps: StageStep[]
  /** Faults that actors had for their whole life, with how often each fired in all. */
  faults: { actor: string; inject: string; fired: number }[]
  /** Set when the stage itself broke: the case is `errored`. */
  broke?: { actor?: string; step?: string; message: string }
  ms: number
}

export interface StageActor {
  kind: string
  place: string
  url: string
  spec: string
  endpoints: Record<string, string>
  links: Record<string, string>
  /** Community URI to base64 DER anchors. */
  anchors: Record<string, string[]>
  policy: JsonObject
  facts: JsonObject
}

export interface IssuedCertificate {
  actor: string
  community: string
  /** Name of the certificate authority that issued it. */
  from: string
  /** Upper-case hexadecimal. */
  serial: string
  /** Base64 DER, leaf first, without the root. */
  chain: string[]
}

export interface StageStep {
  id: string
  state: 'ran' | 'skipped' | 'errored'
  /** Why it was skipped or what went wrong. */
  reason?: string
  /** The input of the action, every `${{ }}` filled in. */
  input: JsonObject
  outputs: JsonObject
  answer?: HopId
  stopped?: { check: string; message: string; refs: string[] }
  /** Faults declared for the step with how often each fired in it; of whole-life faults those that a hop shows. */
  faults: { actor: string; inject: string; fired: number }[]
  ms: number
}

export type { Fired }
