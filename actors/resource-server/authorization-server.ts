/** The seam between a FHIR server and the authorization server whose tokens it takes: another actor, or a part of the same. */
import type { JsonObject } from '../../wire/json.ts'
import type { Described } from '../discovery/described.ts'
import type { VerificationKey } from './verification-keys.ts'

/** The authorization server cannot be asked, or answers nonsense: nobody's fault who asks here. */
export class Unavailable extends Error {}

export interface AuthorizationServer {
  /** `iss` of its access tokens. */
  issuer: string
  /** Absolute URLs of what its UDAP metadata says nothing about. */
  endpoints: { jwks: string; introspection: string; revocation: string | undefined }
  /** @throws Unavailable */
  metadata(): Promise<Described>
  /** The key with this id; without an id, the only key there is. @throws Unavailable */
  key(kid: string | undefined): Promise<VerificationKey | undefined>
  /** What it says of a token (RFC 7662 2.2): nothing is kept, so that an ended token is known at once. @throws Unavailable */
  introspect(token: string): Promise<JsonObject>
}
