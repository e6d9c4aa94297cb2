/** What UDAP metadata says of the authorization server whose metadata it is (guide 2.2). */
export interface Described {
  grantTypes: string[]
  scopes: string[]
  signingAlgorithms: string[]
  /** URIs of certifications; empty lists when there are none. */
  certifications: { supported: string[]; required: string[] }
  /** Does it take part in tiered OAuth: as a data holder, or as an identity provider? */
  tiered: boolean
  endpoints: { authorization: string | undefined; token: string; registration: string }
}
