/** Why a certificate chain is not trusted. */

/** Stable names of what can be wrong. */
export type ChainCheck =
  | 'x5c-malformed'
  | 'anchor-malformed'
  | 'chain-ca-as-leaf'
  | 'chain-no-path'
  | 'chain-not-yet-valid'
  | 'chain-expired'
  | 'chain-weak-key'
  | 'chain-weak-signature'
  | 'chain-critical-extension'
  | 'chain-key-usage'
  | 'chain-not-a-ca'
  | 'chain-path-length'
  | 'chain-invalid'
  | 'chain-revoked'
  | 'revocation-unavailable'

export class ChainError extends Error {
  readonly check: ChainCheck

  /** @param message public words that name the certificate and say what is wrong with it */
  constructor(check: ChainCheck, message: string) {
    super(message)
    this.name = 'ChainError'
    this.check = check
  }
}
