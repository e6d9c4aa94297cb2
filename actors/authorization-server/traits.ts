/** How an authorization server differs by what it is part of. */
export interface Traits {
  /** Who it is: what pages say, and what is asked of the person. */
  role: 'authorization-server' | 'identity-provider'
  /** What signs ID tokens: the server's own key, or its certificate with x5c (guide, Tiered OAuth 6.2). */
  idTokens: 'own-key' | 'certificate'
  /** An identity provider gives a UDAP client none (UDAP Tiered OAuth 4.3). */
  refreshTokens: boolean
  /** Longest lifetime of an access token that came with an ID token; none beside the guide's when left out. */
  maxTokenLifetimeS?: number
}
