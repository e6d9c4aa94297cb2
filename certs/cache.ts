/** What an actor remembers between validations. It belongs to one actor of one case and dies with it. */
import type { ParsedCertificate } from './certificate.ts'
import type { Crl } from './crl.ts'
import type { OcspAnswer } from './ocsp.ts'

export interface ChainCache {
  /** By issuer and serial. Only answers that say until when they hold. */
  ocsp: Map<string, OcspAnswer>
  /** By issuer and URL. */
  crls: Map<string, Crl>
  /** Intermediates that were fetched and became part of a trusted path, by fingerprint. */
  intermediates: Map<string, ParsedCertificate>
}

export function createChainCache(): ChainCache {
  return { ocsp: new Map(), crls: new Map(), intermediates: new Map() }
}

/** Keeps a value; the oldest goes when there are more than `max`. */
export function remember<T>(map: Map<string, T>, key: string, value: T, max: number): void {
  map.delete(key)
  map.set(key, value)
  if (map.size > max) map.delete(map.keys().next().value!)
}
