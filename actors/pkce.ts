/** Proof Key for Code Exchange with S256 (RFC 7636). */
import { createHash } from 'node:crypto'

/** RFC 7636 4.1: 43 characters at least; one id has 22. */
export const newCodeVerifier = (id: () => string): string => id() + id()

/** RFC 7636 4.2. */
export const codeChallengeOf = (codeVerifier: string): string =>
  createHash('sha256').update(codeVerifier).digest('base64url')
