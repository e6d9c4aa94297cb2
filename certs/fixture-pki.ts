/** A small PKI in memory, for tests: authorities with their CRL and OCSP responder, and a web that serves them. */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { readCertificate } from './certificate.ts'
import { buildCrl, type Revocation } from './crl.ts'
import type { Fetch } from './fetch.ts'
import { type Issuer, issueCertificate, issueRoot } from './issue.ts'
import { generateKey, type KeyAlgorithm, KeyPool } from './keys.ts'
import { asksAbout, buildOcspResponse, readOcspRequest, serialOf } from './ocsp.ts'
import { type Profile, profile } from './profile.ts'

export const NOW = new Date('2026-06-01T12:00:00Z')
export const DAY = 24 * 3600 * 1000
export const later = (ms: number, from = NOW) => new Date(from.getTime() + ms)

export type Handler = (request: Parameters<Fetch>[0]) => Buffer | number | Promise<Buffer>

/** What is served where; every request is noted. A number is an answer with that status and no body. */
export class Web {
  readonly pages = new Map<string, Handler>()
  readonly requests: string[] = []

  readonly fetch: Fetch = async (request) => {
    this.requests.push(`${request.method} ${request.url}`)
    const handler = this.pages.get(request.url)
    if (!handler) throw new Error('connection refused')
    const body = await handler(request)
    if (typeof body === 'number') return { status: body, headers: {}, body: Buffer.alloc(0) }
    return { status: 200, headers: {}, body }
  }
}

export interface Authority extends Issuer {
  name: string
  revoked: Map<string, Revocation>
  /** Base64 DER. */
  base64: string
  crl(over?: Partial<Parameters<typeof buildCrl>[0]>): Buffer
  /** Signed by this authority unless another responder is named. */
  ocsp(request: Buffer, over?: { at?: Date; responder?: { certificate: Buffer; key: KeyObject } }): Buffer
}

export interface AuthorityOptions {
  key?: KeyAlgorithm
  issuer?: Authority
  profile?: Profile
  /** Uses this key instead of a new one. */
  keyObject?: KeyObject
}

const pool = new KeyPool()

/** An authority whose certificate, CRL and OCSP answers are on the web under http://ca.test/<name>/. */
export async function authority(web: Web, name: string, options: AuthorityOptions = {}): Promise<Authority> {
  const key = options.keyObject ?? createPrivateKey(await pool.borrow(options.key ?? 'ec-p256'))
  const commonName = name
  const wanted = options.profile ?? profile(options.issuer ? 'intermediate' : 'root')
  const certificate = options.issuer
    ? await issueCertificate({
        profile: wanted,
        subject: { publicKey: createPublicKey(key), commonName },
        issuer: options.issuer,
        at: NOW,
      })
    : await issueRoot(wanted, key, commonName, NOW)
  const at = (what: string) => `http://ca.test/${name}/${what}`
  const revoked = new Map<string, Revocation>()
  const times = { thisUpdate: NOW, nextUpdate: later(DAY) }
  const made: Authority = {
    name,
    certificate,
    key,
    revoked,
    base64: certificate.toString('base64'),
    urls: { crl: at('crl'), issuer: at('cer'), ocsp: at('ocsp') },
    crl: (over) => buildCrl({ issuer: { certificate, key }, number: 1, ...times, revoked, ...over }),
    ocsp: (request, { at: when = NOW, responder = { certificate, key } } = {}) =>
      buildOcspResponse({
        question: readOcspRequest(request),
        responder,
        at: when,
        answer: (id) => {
          const revocation = revoked.get(serialOf(id))
          if (!asksAbout(id, readCertificate(certificate))) return { status: 'unknown', thisUpdate: when }
          return {
            status: revocation ? 'revoked' : 'good',
            thisUpdate: when,
            ...(revocation ? { revocation } : {}),
          }
        },
      }),
  }
  web.pages.set(at('cer'), () => certificate)
  web.pages.set(at('crl'), () => made.crl())
  web.pages.set(at('ocsp'), ({ body }) => made.ocsp(body!))
  return made
}

export interface Leaf {
  certificate: Buffer
  base64: string
  serial(): string
  key: KeyObject
}

export interface LeafOptions {
  key?: KeyAlgorithm
  /** Fields of the leaf profile that are to be different. */
  profile?: Partial<Profile>
  uris?: string[]
  name?: string
}

export async function leafOf(issuer: Authority, options: LeafOptions = {}): Promise<Leaf> {
  const key = createPrivateKey(await generateKey(options.key ?? 'ec-p256'))
  const certificate = await issueCertificate({
    profile: { ...profile('leaf'), ...options.profile },
    subject: {
      publicKey: createPublicKey(key),
      commonName: options.name ?? 'app',
      names: { uri: options.uris ?? ['https://app.example/udap'] },
    },
    issuer,
    at: NOW,
  })
  const base64 = certificate.toString('base64')
  // Read when asked for: a test may make one that cannot be read.
  return { certificate, base64, key, serial: () => readCertificate(certificate).serial }
}

export const revokedAt = (at = NOW): Revocation => ({ at, reason: 'keyCompromise' })
