/** Puts certificates in order: who issued whom, and what those say who can be asked about it. */
import { fetchIssuers } from '../../certs/aia.ts'
import { createChainCache } from '../../certs/cache.ts'
import type { ParsedCertificate } from '../../certs/certificate.ts'
import { boundedFetcher, type Fetch } from '../../certs/fetch.ts'
import { isSelfSigned, issuerIn } from '../../certs/key-pair.ts'
import { type RevocationState, revocationState } from '../../certs/revocation.ts'

export interface Link {
  certificate: ParsedCertificate
  /** Nobody sent it: it was fetched from where the one before says. */
  fetched: boolean
  /** Undefined for a root, and where the issuer is not known. */
  revocation: RevocationState | undefined
}

export interface Line {
  /** From the one that issued no other to the top. */
  links: Link[]
  /** Why it does not reach a root. */
  problems: string[]
}

const MAX_FETCHED = 4

/** One line for each certificate that issued none of the others. */
export async function lineUp(certificates: ParsedCertificate[], fetch: Fetch, at: Date): Promise<Line[]> {
  const issuers = certificates.map((one) => issuerIn(certificates, one))
  const ends = certificates.filter((one) => !issuers.includes(one))
  // Authorities that signed each other have no end.
  if (ends.length === 0) ends.push(...certificates.slice(0, 1))
  return Promise.all(ends.map((end) => lineOf(end, certificates, fetch, at)))
}

async function lineOf(
  end: ParsedCertificate,
  certificates: ParsedCertificate[],
  fetch: Fetch,
  at: Date,
): Promise<Line> {
  const fetcher = boundedFetcher(fetch)
  const path = [end]
  const pool = [...certificates]
  const fetched = new Set<ParsedCertificate>()
  const problems: string[] = []
  for (let last = end; !isSelfSigned(last); ) {
    let next = issuerIn(pool, last)
    if (!next && fetched.size < MAX_FETCHED) {
      const more = await fetchIssuers([last], fetcher, new Set())
      problems.push(...more.problems)
      next = issuerIn(more.certificates, last)
      if (next) fetched.add(next)
    }
    if (!next || path.includes(next)) break
    path.push(next)
    last = next
  }
  const sources = { at, fetcher, cache: createChainCache() }
  const links = await Promise.all(
    path.map(async (certificate, i) => {
      const issuer = path[i + 1]
      const revocation = issuer && (await revocationState(certificate, issuer, sources))
      return { certificate, fetched: fetched.has(certificate), revocation }
    }),
  )
  return { links, problems }
}
