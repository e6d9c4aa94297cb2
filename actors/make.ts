/**
 * Seam 3: every artifact that an actor sends is built through make(), as a draft (before signing) and as
 * encoded (after), and nowhere else. A fault changes exactly what it touches.
 */
import type { RuleId } from '../spec/types.ts'
import type { Faults } from './faults.ts'

/** What is built; the first half of a fault's name. */
export type Artifact = 'software-statement' | 'registration-request' | 'client-assertion' | 'token-request' | 'signed-metadata' | 'metadata' | 'access-token' | 'registration-response' | 'token-response' | 'fhir-request'

/** A JWT before it is signed. */
export interface JwtDraft {
  header: Record<string, unknown>
  claims: Record<string, unknown>
}

/** What a fault may use: the actor's clock in seconds, and no more until one needs more. */
export interface FaultKit {
  nowS: number
}

export interface Fault<Draft = never, Encoded = never> {
  /** `<artifact>/<mutation>` */
  name: `${Artifact}/${string}`
  artifact: Artifact
  /** One line for people: what is wrong, and nothing else is. */
  title: string
  on: 'draft' | 'encoded'
  scope: 'actor' | 'step'
  /** Paths that it changes, for example `claims.exp`; a test proves that nothing else changes. */
  touches: string[]
  /** Rules that the sender breaks, or that the receiver is put to the test by. */
  breaks: RuleId[]
  change(value: Draft | Encoded, kit: FaultKit): Draft | Encoded
}

/** Builds an artifact: drafts, lets armed faults change the draft, encodes, lets armed faults change the result. */
export type Make = <Draft, Encoded>(
  artifact: Artifact,
  draft: Draft,
  encode: (draft: Draft) => Promise<Encoded>,
  faults: Faults,
  kit: FaultKit,
) => Promise<Encoded>
