/** Signatures that are not what they seem, for the faults of JWTs. */
import { createHmac, generateKeyPairSync, type KeyObject, sign, X509Certificate } from 'node:crypto'
import type { JsonObject } from '../wire/json.ts'
import type { Jwt } from '../wire/jwt.ts'

/**
 * As an HMAC with the public key as its secret, as libraries take it that do not tie an algorithm to a kind of key.
 * Without a certificate nobody can know the key from the JWT alone.
 */
export function authenticatedByHmac(jwt: Jwt): string | undefined {
  const secret = leafIn(jwt.header)?.publicKey.export({ type: 'spki', format: 'pem' })
  if (secret === undefined) return undefined
  const input = withAlg(jwt, 'HS256')
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
}

/** What is signed, with another alg: JSON leaves out what is undefined. */
export function withAlg({ header, signingInput }: Jwt, alg: string | undefined): string {
  const claims = signingInput.slice(signingInput.indexOf('.') + 1)
  return `${Buffer.from(JSON.stringify({ ...header, alg })).toString('base64url')}.${claims}`
}

export function turned(signature: string): string {
  const bytes = Buffer.from(signature, 'base64url')
  if (bytes.length > 0) bytes[0] = bytes[0]! ^ 1
  return bytes.toString('base64url')
}

/** The certificate of whoever signed it, if there is one. */
export function leafIn({ x5c }: JsonObject): X509Certificate | undefined {
  if (!Array.isArray(x5c)) return undefined
  try {
    return new X509Certificate(Buffer.from(String(x5c[0]), 'base64'))
  } catch {
    return undefined
  }
}

/** Kept: an RSA key takes longer to make than a case to run. */
let rsa: { privateKey: KeyObject } | undefined

function otherRsa(): { privateKey: KeyObject } {
  rsa ??= generateKeyPairSync('rsa', { modulusLength: 2048 })
  return rsa
}

/** Of the kind that the header promises, so that nothing but the key is wrong; what promises none stays as it is. */
export function signedByAnother({ header: { alg }, signingInput }: Jwt): string | undefined {
  const [, kind, bits] = /^(RS|ES)(256|384)$/.exec(String(alg)) ?? []
  if (kind === undefined) return undefined
  const { privateKey } = kind === 'ES' ? generateKeyPairSync('ec', { namedCurve: `P-${bits}` }) : otherRsa()
  const options = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const
  return `${signingInput}.${sign(`sha${bits}`, Buffer.from(signingInput), options).toString('base64url')}`
}
