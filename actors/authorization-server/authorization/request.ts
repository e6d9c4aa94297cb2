/** An authorization request that passed its checks (RFC 6749 4.1.1; guide 7.2; OpenID Connect Core 3.1.2.1; SMART App Launch). */
import type { Client } from '../clients.ts'
import type { Launch } from './launches.ts'

export interface AuthorizationRequest {
  client: Client
  redirectUri: string
  /** Was it in the request? Then the token request repeats it (RFC 6749 4.1.3). */
  redirectUriSent: boolean
  /** Scope tokens that can be granted, of those that were asked for. */
  scopes: string[]
  state: string | undefined
  nonce: string | undefined
  /** S256 */
  codeChallenge: string | undefined
  /** The identity provider that the client prefers (guide, Tiered OAuth 6.1); undefined unless scope has udap. */
  idp: string | undefined
  prompt: string[]
  maxAgeS: number | undefined
  acrValues: string[]
  /** Subject of the only person whom the client means (`id_token_hint`). */
  sub: string | undefined
  /** What the client believes to be the person's username. */
  loginHint: string | undefined
  /** The EHR launch that it belongs to. */
  launch: Launch | undefined
}
