/** What the command line offers of keys and secrets. */

export { revocationReasons } from '../../certs/crl.ts'
export { type KeyAlgorithm, keyAlgorithms } from '../../certs/keys.ts'
export type { Secret } from './secret.ts'
