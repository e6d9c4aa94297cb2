/** What persons allowed clients to do. Authorization codes and refresh tokens stand for it. */

/** What one person allowed one client. */
export interface Grant {
  clientId: string
  scopes: string[]
  /** Subject of the person at this server. */
  sub: string
  authTimeS: number
  acr: string | undefined
  amr: string[] | undefined
  nonce: string | undefined
  /** Launch context, as it goes into the token response (SMART App Launch 2.1): patient, encounter, … */
  context: Record<string, string | boolean>
}

/** To what an authorization code is bound, beside its grant. */
export interface CodeBinding {
  /** Undefined when the authorization request had none. */
  redirectUri: string | undefined
  /** S256; undefined when the authorization request had none. */
  codeChallenge: string | undefined
}

export interface Grants {
  /** @returns a code that is good once, for a minute */
  issueCode(grant: Grant, binding: CodeBinding): string
}
