/** One certificate authority: what it issued, what it revoked, and what it has to say about both. */
import { createPublicKey, type KeyObject } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { readCertificate } from '../../certs/certificate.ts'
import { buildCrl, type Revocation, type RevocationReason } from '../../certs/crl.ts'
import type { Urls } from '../../certs/extensions.ts'
import { type IssueRequest, issueCertificate, issueRoot, ORGANIZATION } from '../../certs/issue.ts'
import type { OcspStatus } from '../../certs/ocsp.ts'
import { profile } from '../../certs/profile.ts'

/** How long a CRL holds. OCSP answers say no end: they are made anew each time, so a revocation shows at once. */
const CRL_LIFETIME_MS = 24 * 3600 * 1000

/** Times as ISO 8601. */
export interface RevocationDraft {
  at: string
  reason: RevocationReason
}

export interface CrlDraft {
  /** Whose name and key it has. */
  signer: 'issuer' | 'stranger'
  number: number
  thisUpdate: string
  nextUpdate: string
  /** By serial number. */
  revoked: Record<string, RevocationDraft>
}

export interface OcspAnswerDraft {
  serial: string
  status: OcspStatus
  thisUpdate: string
  nextUpdate?: string
  revocation?: RevocationDraft
}

export class Authority {
  readonly certificate: Buffer
  readonly key: KeyObject
  /** What its certificates say from now on. */
  urls: Urls
  readonly #issued = new Set<string>()
  readonly #revoked = new Map<string, Revocation>()
  #crlNumber = 0
  #crlDraft: CrlDraft | undefined
  #crl: { draft: CrlDraft; der: Buffer } | undefined

  constructor(certificate: Buffer, key: KeyObject, urls: Urls) {
    this.certificate = certificate
    this.key = key
    this.urls = urls
  }

  /** One that was there before. Its CRLs count on from the time, as nobody wrote down the last number. */
  static restored(certificate: Buffer, key: KeyObject, urls: Urls, at: Date): Authority {
    const authority = new Authority(certificate, key, urls)
    authority.#crlNumber = Math.floor(at.getTime() / 1000)
    return authority
  }

  /** A root that signs itself. */
  static async root(commonName: string, key: KeyObject, urls: Urls, at: Date): Promise<Authority> {
    return new Authority(await issueRoot(profile('root'), key, commonName, at), key, urls)
  }

  /** An authority below this one. */
  async below(commonName: string, key: KeyObject, urls: Urls, at: Date): Promise<Authority> {
    const subject = { publicKey: createPublicKey(key), commonName, organization: ORGANIZATION }
    return new Authority(await this.issue({ profile: profile('intermediate'), subject, at }), key, urls)
  }

  async issue(request: Omit<IssueRequest, 'issuer'>): Promise<Buffer> {
    const certificate = await issueCertificate({ ...request, issuer: this })
    this.#issued.add(readCertificate(certificate).serial)
    return certificate
  }

  /** A certificate that it issued in an earlier life, or that somebody else issued with its key. */
  knows(serial: string): void {
    this.#issued.add(serial)
  }

  hasIssued(serial: string): boolean {
    return this.#issued.has(serial)
  }

  /** The first time counts. */
  revoke(serial: string, revocation: Revocation): Revocation {
    const earlier = this.#revoked.get(serial)
    if (earlier) return earlier
    this.#revoked.set(serial, revocation)
    this.#crlDraft = undefined
    return revocation
  }

  /** The list in force: a new one when something was revoked or the clock left the time of the last. */
  crlDraft(now: Date): CrlDraft {
    const last = this.#crlDraft
    if (last && new Date(last.thisUpdate) <= now && now < new Date(last.nextUpdate)) return last
    const revoked = [...this.#revoked].map(([serial, revocation]) => [serial, drafted(revocation)] as const)
    this.#crlDraft = {
      signer: 'issuer',
      number: ++this.#crlNumber,
      thisUpdate: now.toISOString(),
      nextUpdate: new Date(now.getTime() + CRL_LIFETIME_MS).toISOString(),
      revoked: Object.fromEntries(revoked),
    }
    return this.#crlDraft
  }

  /** Signed once: the same list is the same bytes, whoever asks. */
  crl(draft: CrlDraft, issuer: Pick<Authority, 'certificate' | 'key'>): Buffer {
    if (this.#crl && isDeepStrictEqual(this.#crl.draft, draft)) return this.#crl.der
    const der = buildCrl({
      issuer,
      number: draft.number,
      thisUpdate: new Date(draft.thisUpdate),
      nextUpdate: new Date(draft.nextUpdate),
      revoked: new Map(Object.entries(draft.revoked).map(([serial, one]) => [serial, revocationOf(one)])),
    })
    this.#crl = { draft, der }
    return der
  }

  status(serial: string, now: Date): OcspAnswerDraft {
    const thisUpdate = now.toISOString()
    const revocation = this.#revoked.get(serial)
    if (revocation) return { serial, status: 'revoked', thisUpdate, revocation: drafted(revocation) }
    return { serial, status: this.#issued.has(serial) ? 'good' : 'unknown', thisUpdate }
  }
}

const drafted = ({ at, reason }: Revocation): RevocationDraft => ({ at: at.toISOString(), reason })

export const revocationOf = ({ at, reason }: RevocationDraft): Revocation => ({ at: new Date(at), reason })
