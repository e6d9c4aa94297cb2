/** A community's root and intermediate: what they issued, what they revoked, and the lists that say so. */

import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import type { CertID } from '@peculiar/asn1-ocsp'
import { readCertificate } from '../../certs/certificate.ts'
import { buildCrl, type Revocation, type RevocationReason } from '../../certs/crl.ts'
import type { Urls } from '../../certs/extensions.ts'
import { issueCertificate, issueRoot, ORGANIZATION } from '../../certs/issue.ts'
import {
  asksAbout,
  buildOcspError,
  buildOcspResponse,
  type OcspAnswer,
  type OcspQuestion,
  readOcspRequest,
  serialOf,
} from '../../certs/ocsp.ts'
import { profile } from '../../certs/profile.ts'

export const authorityNames = ['root', 'intermediate'] as const
export type AuthorityName = (typeof authorityNames)[number]

/** How long a CRL holds. OCSP answers say no end: they are made anew each time, so a revocation shows at once. */
const CRL_LIFETIME_MS = 24 * 3600 * 1000

interface Crl {
  der: Buffer
  from: Date
  until: Date
}

/** One of the two authorities. */
class Authority {
  readonly certificate: Buffer
  readonly key: KeyObject
  readonly urls: Urls
  readonly issued = new Set<string>()
  readonly revoked = new Map<string, Revocation>()
  #crl: Crl | undefined
  #crlNumber = 0

  constructor(certificate: Buffer, key: KeyObject, urls: Urls) {
    this.certificate = certificate
    this.key = key
    this.urls = urls
  }

  revoke(serial: string, revocation: Revocation): Revocation {
    const earlier = this.revoked.get(serial)
    if (earlier) return earlier
    this.revoked.set(serial, revocation)
    this.#crl = undefined
    return revocation
  }

  /** The list in force: a new one when something was revoked or the clock left the time of the last. */
  crl(now: Date): Buffer {
    const last = this.#crl
    if (last && last.from <= now && now < last.until) return last.der
    const until = new Date(now.getTime() + CRL_LIFETIME_MS)
    const number = ++this.#crlNumber
    const der = buildCrl({ issuer: this, number, thisUpdate: now, nextUpdate: until, revoked: this.revoked })
    this.#crl = { der, from: now, until }
    return der
  }

  status(serial: string, now: Date): OcspAnswer {
    const revocation = this.revoked.get(serial)
    if (revocation) return { status: 'revoked', thisUpdate: now, revocation }
    return { status: this.issued.has(serial) ? 'good' : 'unknown', thisUpdate: now }
  }
}

export interface Wanted {
  publicKey: KeyObject
  uris: string[]
  profile: string
  commonName: string
}

export interface CommunityAuthority {
  root: Authority
  intermediate: Authority
  /** Leaf and intermediate, DER. */
  issue(wanted: Wanted): Promise<{ serial: string; chain: Buffer[] }>
  /** Where a certificate of this serial number comes from. */
  issuerOf(serial: string): AuthorityName | undefined
  /** Revoked already: as it was revoked. */
  revoke(issuer: AuthorityName, serial: string, reason: RevocationReason): Revocation
  /** An OCSP response for whatever bytes came. */
  answerOcsp(request: Buffer): Buffer
}

/**
 * @param url base URL that the certificates name
 * @param keys PEM private keys: root, intermediate
 * @param now the scenario's time
 */
export async function createAuthority(
  name: string,
  url: string,
  keys: string[],
  now: () => Date,
): Promise<CommunityAuthority> {
  const [rootKey, intermediateKey] = keys.map((key) => createPrivateKey(key))
  if (!rootKey || !intermediateKey)
    throw new Error(`${name} needs two private keys: one for its root, one for its intermediate.`)
  const urlsOf = (authority: AuthorityName): Urls => ({
    crl: `${url}/crl/${authority}.crl`,
    issuer: `${url}/issuer/${authority}.cer`,
    ocsp: `${url}/ocsp`,
  })
  const root = new Authority(
    await issueRoot(profile('root'), rootKey, `${name} root`, now()),
    rootKey,
    urlsOf('root'),
  )
  const issuing = await issueCertificate({
    profile: profile('intermediate'),
    subject: {
      publicKey: createPublicKey(intermediateKey),
      commonName: `${name} intermediate`,
      organization: ORGANIZATION,
    },
    issuer: root,
    at: now(),
  })
  root.issued.add(readCertificate(issuing).serial)
  const intermediate = new Authority(issuing, intermediateKey, urlsOf('intermediate'))
  const authorities = { root, intermediate }

  return {
    ...authorities,
    async issue({ publicKey, uris, profile: profileName, commonName }) {
      const certificate = await issueCertificate({
        profile: profile(profileName),
        subject: { publicKey, commonName, organization: ORGANIZATION, names: { uri: uris } },
        issuer: intermediate,
        at: now(),
      })
      const { serial } = readCertificate(certificate)
      intermediate.issued.add(serial)
      return { serial, chain: [certificate, intermediate.certificate] }
    },
    issuerOf: (serial) => authorityNames.find((which) => authorities[which].issued.has(serial)),
    revoke: (which, serial, reason) => authorities[which].revoke(serial, { at: wholeSecond(now()), reason }),
    answerOcsp: (request) => answerOcsp(request, [intermediate, root], now()),
  }
}

/** Whatever cannot be read or answered is the sender's mistake, and is told so in the protocol's own way. */
function answerOcsp(request: Buffer, authorities: [Authority, ...Authority[]], now: Date): Buffer {
  try {
    return answerQuestion(readOcspRequest(request), authorities, now)
  } catch {
    return buildOcspError('malformedRequest')
  }
}

/** One response has one signer: the authority that the first question is about. Of others it knows nothing. */
function answerQuestion(question: OcspQuestion, authorities: [Authority, ...Authority[]], now: Date): Buffer {
  const [first] = question.certificates
  const responder =
    authorities.find((each) => asksAbout(first!, readCertificate(each.certificate))) ?? authorities[0]
  const own = readCertificate(responder.certificate)
  const answer = (id: CertID): OcspAnswer =>
    asksAbout(id, own) ? responder.status(serialOf(id), now) : { status: 'unknown', thisUpdate: now }
  return buildOcspResponse({ question, responder, at: now, answer })
}

/** As CRL and OCSP say it. */
const wholeSecond = (time: Date) => new Date(Math.floor(time.getTime() / 1000) * 1000)
