/** Fetches issuer certificates that an x5c left out, from where the certificates say they are (RFC 5280 4.2.2.1). */
import { certificatesOfDer } from './bundle.ts'
import { type ParsedCertificate, readCertificate } from './certificate.ts'
import type { Fetcher } from './fetch.ts'

const MAX_BYTES = 64 * 1024
const MAX_CERTIFICATES = 10
const MAX_URLS_PER_CERTIFICATE = 2

export interface Fetched {
  certificates: ParsedCertificate[]
  /** Why nothing came from a place, in words. */
  problems: string[]
}

/** Nothing that is fetched is trusted for having been fetched: it only joins the search. */
export async function fetchIssuers(
  certificates: ParsedCertificate[],
  fetcher: Fetcher,
  seen: Set<string>,
): Promise<Fetched> {
  const urls = certificates
    .flatMap((certificate) => certificate.caIssuersUrls.slice(0, MAX_URLS_PER_CERTIFICATE))
    .filter((url) => !seen.has(url) && seen.add(url))
  const found: Fetched = { certificates: [], problems: [] }
  for (const url of urls) {
    try {
      found.certificates.push(...readIssuers(url, await fetcher.get(url, MAX_BYTES)))
    } catch (error) {
      found.problems.push((error as Error).message)
    }
  }
  return found
}

/** One certificate, or a certs-only PKCS#7 message with several. */
function readIssuers(url: string, body: Buffer): ParsedCertificate[] {
  try {
    return certificatesOfDer(body).slice(0, MAX_CERTIFICATES).map(readCertificate)
  } catch (error) {
    throw new Error(`${url} served no certificate: ${(error as Error).message}`)
  }
}
