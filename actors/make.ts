/**
 * Seam 3: every artifact that an actor sends is built through make(), as a draft (before signing) and as
 * encoded (after), and nowhere else. A fault changes exactly what it touches.
 */
import { isDeepStrictEqual } from 'node:util'
import type { RuleId } from '../spec/types.ts'
import { changeDraft, changeEncoded } from './change.ts'
import type { Faults } from './faults.ts'

/** What is built; the first half of a fault's name. */
export type Artifact =
  | 'metadata-request'
  | 'metadata-response'
  | 'metadata'
  | 'signed-metadata'
  | 'authorization-server-metadata'
  | 'openid-configuration'
  | 'smart-configuration'
  | 'software-statement'
  | 'certification'
  | 'registration-request'
  | 'registration-response'
  | 'logo'
  | 'client-assertion'
  | 'extension-object'
  | 'further-objects'
  | 'consent'
  | 'authorization-request'
  | 'authorization-response'
  | 'token-request'
  | 'revocation-request'
  | 'introspection-request'
  | 'token-response'
  | 'token-answer'
  | 'access-token'
  | 'id-token'
  | 'userinfo-response'
  | 'introspection-response'
  | 'revocation-response'
  | 'jwks'
  | 'fhir-request'
  | 'fhir-response'
  | 'crl'
  | 'ocsp-response'
  | 'issuer-certificate'
  | 'transport'

/** A JWT before it is signed. */
export interface JwtDraft {
  header: Record<string, unknown>
  claims: Record<string, unknown>
  /** Instead of the claims: a text that they could not be written as, such as one with a name twice. */
  payload?: string
}

/** What a fault may know besides the value that it changes. */
export interface FaultKit {
  /** The actor's clock, in seconds. */
  nowS: number
}

export interface Fault {
  /** `<artifact>/<mutation>` */
  name: `${Artifact}/${string}`
  artifact: Artifact
  /** One line for people: the one thing that is wrong. */
  title: string
  on: 'draft' | 'encoded'
  scope: 'actor' | 'step'
  /** Paths that it changes, for example `claims.exp`; a test proves that it changes nothing else. */
  touches: string[]
  /** Rules that its own actor breaks by it: `prove` holds it to each of them. */
  breaks: RuleId[]
  /** Rules of whoever receives it that it puts to the test. */
  tests?: RuleId[]
  /** Gets a copy, may change it in place, and returns it, or a promise of it. */
  change(value: never, kit: FaultKit): unknown
}

export type Make = <Draft, Encoded>(
  artifact: Artifact,
  draft: Draft,
  encode: (draft: Draft) => Encoded | Promise<Encoded>,
) => Promise<Encoded>

/** The make() of one actor: its faults, of which the armed ones change what it builds. */
export function createMake(known: readonly Fault[], faults: Faults, kit: () => FaultKit): Make {
  async function change<T>(artifact: Artifact, on: Fault['on'], value: T): Promise<T> {
    let changed = value
    for (const fault of known) {
      if (fault.artifact !== artifact || fault.on !== on || !faults.armed(fault.name)) continue
      const before = changed
      changed = (await fault.change(structuredClone(before) as never, kit())) as T
      // A change that changes nothing has not fired: the scenario must hear of it.
      if (!isDeepStrictEqual(before, changed)) faults.fire(fault.name)
    }
    return changed
  }
  return async (artifact, draft, encode) => {
    let made = await change(artifact, 'draft', draft)
    for (const { name, change: wanted } of faults.changesOf(artifact)) {
      const before = made
      made = changeDraft(wanted, structuredClone(before))
      if (!isDeepStrictEqual(before, made)) faults.fire(name)
    }
    let encoded = await change(artifact, 'encoded', await encode(made))
    for (const { name, change: wanted } of faults.changesOf(artifact)) {
      const changed = await changeEncoded(wanted, encoded, kit())
      encoded = changed.encoded
      if (changed.done) faults.fire(name)
    }
    return encoded
  }
}
