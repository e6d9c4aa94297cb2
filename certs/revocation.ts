/** Asks whether the certificates of a path were revoked: by OCSP, and by CRL where that gives no answer. */
import { type ChainCache, remember } from './cache.ts'
import { describe, type ParsedCertificate } from './certificate.ts'
import { ChainError } from './chain-error.ts'
import { type Crl, checkCrl, MAX_CRL_BYTES, type Revocation, readCrl } from './crl.ts'
import type { Fetcher } from './fetch.ts'
import { buildOcspRequest, type OcspAnswer } from './ocsp.ts'
import { checkOcspResponse, checkTimes, MAX_OCSP_BYTES } from './ocsp-check.ts'
import type { Path } from './path.ts'

/** `hard-fail`: no answer is a refusal; `soft-fail`: no answer is accepted, revoked never is; `off`: nobody asks. */
export type RevocationMode = 'hard-fail' | 'soft-fail' | 'off'

/** Whom to ask, and about when. */
export interface RevocationSources {
  at: Date
  fetcher: Fetcher
  cache: ChainCache
}

export interface RevocationOptions extends RevocationSources {
  mode: RevocationMode
}

const MAX_URLS = 2
const MAX_KEPT_ANSWERS = 500
const MAX_KEPT_CRLS = 20

/**
 * Checks every certificate of the path below its anchor.
 * @throws ChainError chain-revoked or revocation-unavailable, the leaf first, revoked before unavailable
 */
export async function checkRevocation(path: Path, options: RevocationOptions): Promise<void> {
  if (options.mode === 'off') return
  const checks = path
    .slice(0, -1)
    .map((certificate, index) => checkOne(certificate, path[index + 1]!, options))
  const errors = (await Promise.all(checks)).filter((error) => error !== undefined)
  const error = errors.find(({ check }) => check === 'chain-revoked') ?? errors[0]
  if (error) throw error
}

export interface RevocationState {
  /** Undefined when nobody could say. */
  answer: 'good' | Revocation | undefined
  /** What went wrong on the way. */
  problems: string[]
}

/** OCSP first, then CRL. */
export async function revocationState(
  certificate: ParsedCertificate,
  issuer: ParsedCertificate,
  sources: RevocationSources,
): Promise<RevocationState> {
  const problems: string[] = []
  const answer =
    (await askOcsp(certificate, issuer, sources, problems)) ??
    (await askCrl(certificate, issuer, sources, problems))
  return { answer, problems }
}

async function checkOne(
  certificate: ParsedCertificate,
  issuer: ParsedCertificate,
  options: RevocationOptions,
): Promise<ChainError | undefined> {
  const { answer, problems } = await revocationState(certificate, issuer, options)
  if (answer === 'good') return undefined
  if (answer) {
    const { at, reason } = answer
    const message = `${describe(certificate)} was revoked at ${at.toISOString()} (${reason}).`
    return new ChainError('chain-revoked', message)
  }
  if (options.mode === 'soft-fail') return undefined
  const because = problems.length > 0 ? problems.join('; ') : 'it names no OCSP responder and no CRL'
  const message = `Whether ${describe(certificate)} was revoked is not known: ${because}.`
  return new ChainError('revocation-unavailable', message)
}

type Answer = RevocationState['answer']

/** "unknown" is no answer: the responder does not know the certificate, another source may (RFC 6960 2.2). */
async function askOcsp(
  certificate: ParsedCertificate,
  issuer: ParsedCertificate,
  { at, fetcher, cache }: RevocationSources,
  problems: string[],
): Promise<Answer> {
  const key = `${issuer.fingerprint} ${certificate.serial}`
  const kept = cache.ocsp.get(key)
  if (kept && holds(() => checkTimes(kept, at))) return saidBy(kept)
  for (const url of certificate.ocspUrls.slice(0, MAX_URLS)) {
    try {
      const { der, nonce } = buildOcspRequest(certificate, issuer)
      const body = await fetcher.post(url, 'application/ocsp-request', der, MAX_OCSP_BYTES)
      const answer = about(`the OCSP answer of ${url}`, () =>
        checkOcspResponse(body, { certificate, issuer, nonce, at }),
      )
      if (answer.status === 'unknown') {
        problems.push(`the OCSP responder ${url} does not know it`)
        continue
      }
      if (answer.nextUpdate) remember(cache.ocsp, key, answer, MAX_KEPT_ANSWERS)
      return saidBy(answer)
    } catch (error) {
      problems.push((error as Error).message)
    }
  }
  return undefined
}

const saidBy = ({ revocation }: OcspAnswer): Answer => revocation ?? 'good'

async function askCrl(
  certificate: ParsedCertificate,
  issuer: ParsedCertificate,
  { at, fetcher, cache }: RevocationSources,
  problems: string[],
): Promise<Answer> {
  for (const url of certificate.crlUrls.slice(0, MAX_URLS)) {
    const key = `${issuer.fingerprint} ${url}`
    const kept = cache.crls.get(key)
    if (kept && holds(() => checkCrl(kept, certificate, at))) return listedIn(kept, certificate)
    try {
      const body = await fetcher.get(url, MAX_CRL_BYTES)
      const crl = about(`the CRL of ${url}`, () => {
        const read = readCrl(body, issuer)
        checkCrl(read, certificate, at)
        return read
      })
      remember(cache.crls, key, crl, MAX_KEPT_CRLS)
      return listedIn(crl, certificate)
    } catch (error) {
      problems.push((error as Error).message)
    }
  }
  return undefined
}

const listedIn = (crl: Crl, certificate: ParsedCertificate): Answer =>
  crl.revoked.get(certificate.serial) ?? 'good'

function holds(check: () => void): boolean {
  try {
    check()
    return true
  } catch {
    return false
  }
}

function about<T>(what: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new Error(`${what} ${(error as Error).message}`)
  }
}
