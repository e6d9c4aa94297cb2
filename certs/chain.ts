/** Is the signer of a JWT trusted? The chain of its x5c to a trust anchor, at a given time, with revocation. */
import type { X509Certificate } from 'node:crypto'
import { fetchIssuers } from './aia.ts'
import { type ChainCache, createChainCache, remember } from './cache.ts'
import { describe, type ParsedCertificate, readCertificate } from './certificate.ts'
import { ChainError } from './chain-error.ts'
import { confirmPath } from './engine.ts'
import { boundedFetcher, type Fetch, type Fetcher } from './fetch.ts'
import { findPaths, isSignedBy, type Path } from './path.ts'
import { checkPath, refuseCaAsLeaf } from './path-checks.ts'
import { checkRevocation, type RevocationMode } from './revocation.ts'
import { fromBase64, readX5c } from './x5c.ts'

export interface ChainRequest {
  /** As it stands in the header: base64 DER, leaf first; the others in any order, some may be missing. */
  x5c: string[]
  /** Base64 DER. */
  anchors: string[]
  at: Date
  revocation: RevocationMode
  fetch: Fetch
  /** What may be kept between calls; without one, nothing is. */
  cache?: ChainCache
}

export interface ValidChain {
  /** x5c[0]: whose key must have signed. */
  leaf: X509Certificate
  /** From the leaf to the anchor. */
  path: X509Certificate[]
}

/** @throws ChainError, whose `check` is a stable name and whose message names the certificate */
export async function validateChain(request: ChainRequest): Promise<ValidChain> {
  const [leaf, ...others] = readX5c(request.x5c)
  refuseCaAsLeaf(leaf)
  const { at, revocation: mode, cache = createChainCache() } = request
  const fetcher = boundedFetcher(request.fetch)
  const anchors = request.anchors.map(readAnchor)
  const paths = await pathsOf(leaf, [...others, ...cache.intermediates.values()], anchors, fetcher)
  let first: ChainError | undefined
  for (const path of paths) {
    try {
      checkPath(path, at)
      await confirmPath(path, at)
      await checkRevocation(path, { mode, at, fetcher, cache })
      keepIntermediates(path, others, cache)
      return { leaf: leaf.x509, path: path.map((certificate) => certificate.x509) }
    } catch (error) {
      // Another path to the same certificate would only ask again, and might get no answer where that is allowed.
      if (!(error instanceof ChainError) || error.check === 'chain-revoked') throw error
      first ??= error
    }
  }
  throw first!
}

const MAX_AIA_ROUNDS = 4

/** At least one path: what x5c left out is fetched, issuer by issuer. */
async function pathsOf(
  leaf: ParsedCertificate,
  pool: ParsedCertificate[],
  anchors: ParsedCertificate[],
  fetcher: Fetcher,
): Promise<Path[]> {
  const problems: string[] = []
  const seen = new Set<string>()
  let { paths, deadEnds } = findPaths(leaf, pool, anchors)
  for (let round = 0; paths.length === 0 && round < MAX_AIA_ROUNDS; round++) {
    const fetched = await fetchIssuers(deadEnds, fetcher, seen)
    problems.push(...fetched.problems)
    if (fetched.certificates.length === 0) break
    pool = [...pool, ...fetched.certificates]
    ;({ paths, deadEnds } = findPaths(leaf, pool, anchors))
  }
  if (paths.length > 0) return paths
  throw new ChainError('chain-no-path', noPath(leaf, deadEnds, [...pool, ...anchors], problems))
}

function noPath(
  leaf: ParsedCertificate,
  deadEnds: ParsedCertificate[],
  known: ParsedCertificate[],
  problems: string[],
): string {
  const last = deadEnds.at(-1) ?? leaf
  const namesake = known.some((certificate) => certificate.subject === last.issuer && certificate !== last)
  if (last.issuer === last.subject && isSignedBy(last, last)) {
    const why = `${describe(last)} signed itself and is no trust anchor`
    return `No chain leads from ${describe(leaf)} to a trust anchor: ${why}.`
  }
  const reason = namesake
    ? `${describe(last)} is not signed by the key of the issuer that it names`
    : `the issuer of ${describe(last)} is neither a trust anchor nor in x5c, nor could it be fetched`
  const fetches = problems.length > 0 ? ` (${problems.join('; ')})` : ''
  return `No chain leads from ${describe(leaf)} to a trust anchor: ${reason}${fetches}.`
}

function readAnchor(text: string, index: number): ParsedCertificate {
  try {
    return readCertificate(fromBase64(text))
  } catch (error) {
    const message = `Trust anchor ${index + 1} is not a certificate: ${(error as Error).message}.`
    throw new ChainError('anchor-malformed', message)
  }
}

const MAX_KEPT_INTERMEDIATES = 50

/** Only those of a trusted path, so that nobody else can fill the cache. */
function keepIntermediates(path: Path, sent: ParsedCertificate[], cache: ChainCache): void {
  for (const certificate of path.slice(1, -1)) {
    if (sent.includes(certificate)) continue
    remember(cache.intermediates, certificate.fingerprint, certificate, MAX_KEPT_INTERMEDIATES)
  }
}

export { type ChainCache, createChainCache } from './cache.ts'
export { ChainError } from './chain-error.ts'
export type { Fetch } from './fetch.ts'
export type { RevocationMode } from './revocation.ts'
