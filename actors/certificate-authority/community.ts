/** The authorities of one community: a root, its intermediate, and those that faulty certificates come from. */
import { createPrivateKey, type KeyObject } from 'node:crypto'
import { readCertificate } from '../../certs/certificate.ts'
import { type RevocationReason, revocationReasons } from '../../certs/crl.ts'
import type { Urls } from '../../certs/extensions.ts'
import { issueCertificate, ORGANIZATION } from '../../certs/issue.ts'
import { generateKey } from '../../certs/keys.ts'
import { type Profile, profile } from '../../certs/profile.ts'
import { CROSS_SIGNED_PATH, urlsOf } from '../../certs/urls.ts'
import type { CertificatePolicy } from '../../spec/community.ts'
import type { AuthorityRecord } from '../actor.ts'
import { Authority } from './authority.ts'
import { profileUnder } from './under-policy.ts'

/** `untrusted` is a root that is nobody's anchor. The last three are made when somebody needs them. */
export const authorityNames = [
  'root',
  'intermediate',
  'second-intermediate',
  'sub-intermediate',
  'untrusted',
] as const
export type AuthorityName = (typeof authorityNames)[number]

export interface Wanted {
  publicKey: KeyObject
  /** Signs for itself where the profile says so. */
  privateKey: KeyObject | undefined
  uris: string[]
  profile: string
  commonName: string
  /** Of the trust community, where it has one. */
  policy?: CertificatePolicy | undefined
}

export interface Revoked {
  serial: string
  issuer: AuthorityName
  at: Date
}

export interface Issued {
  serial: string
  /** DER, the leaf first, without a root. */
  chain: Buffer[]
  /** What its profile had revoked at once. */
  revoked: Revoked | undefined
}

/** Told of what is to outlast the process, when it is done and before anybody is answered. */
export interface Ledger {
  issued(entry: { serial: string; issuer: AuthorityName }): void
  revoked(entry: { serial: string; issuer: AuthorityName; at: string; reason: RevocationReason }): void
}

/** What a community begins with. */
export interface Beginning {
  name: string
  /** Base URL that the certificates name. */
  url: string
  /** PEM private keys: root, intermediate. */
  keys: string[]
  /** The scenario's time. */
  now: () => Date
  /** Of a community that was there before; a new one when left out. */
  record?: AuthorityRecord | undefined
  ledger?: Ledger | undefined
}

export class Community {
  readonly root: Authority
  readonly intermediate: Authority
  /** The intermediate's certificate by an authority of another community. */
  crossSigned: Buffer | undefined
  readonly #name: string
  readonly #url: string
  readonly #now: () => Date
  readonly #ledger: Ledger | undefined
  readonly #made = new Map<AuthorityName, Authority>()
  readonly #making = new Map<AuthorityName, Promise<Authority>>()

  private constructor({ name, url, now, ledger }: Beginning, root: Authority, intermediate: Authority) {
    this.#name = name
    this.#url = url
    this.#now = now
    this.#ledger = ledger
    this.root = root
    this.intermediate = intermediate
    this.#made.set('root', root).set('intermediate', intermediate)
  }

  static async create(beginning: Beginning): Promise<Community> {
    const { name, url, keys, now, record } = beginning
    const [rootKey, intermediateKey] = keys.map((key) => createPrivateKey(key))
    if (!rootKey || !intermediateKey)
      throw new Error(`${name} needs two private keys: one for its root, one for its intermediate.`)
    const urls = { root: urlsOf(url, 'root'), intermediate: urlsOf(url, 'intermediate') }
    if (!record) {
      const root = await Authority.root(`${name} root`, rootKey, urls.root, now())
      const below = await root.below(`${name} intermediate`, intermediateKey, urls.intermediate, now())
      return new Community(beginning, root, below)
    }
    const restored = (der: string, key: KeyObject, at: Urls) =>
      Authority.restored(Buffer.from(der, 'base64'), key, at, now())
    const root = restored(record.root, rootKey, urls.root)
    const intermediate = restored(record.intermediate, intermediateKey, urls.intermediate)
    root.knows(readCertificate(intermediate.certificate).serial)
    const community = new Community(beginning, root, intermediate)
    community.learn(record)
    return community
  }

  /** What was issued and revoked elsewhere in its name. Authorities that were made for faulty profiles do not last. */
  learn({ issued, revoked }: Pick<AuthorityRecord, 'issued' | 'revoked'>): void {
    const lasting = (name: string) => this.all().find(([one]) => one === name)?.[1]
    for (const { serial, issuer } of issued) lasting(issuer)?.knows(serial)
    for (const { serial, issuer, at, reason } of revoked) {
      lasting(issuer)?.revoke(serial, { at: new Date(at), reason: reasonOf(reason) })
    }
  }

  /** Those that exist. */
  authority(name: AuthorityName): Authority | undefined {
    return this.#made.get(name)
  }

  /** With the names of those that exist: the latest come last. */
  all(): [AuthorityName, Authority][] {
    return [...this.#made]
  }

  /** Makes it the first time. */
  needed(name: AuthorityName): Promise<Authority> {
    const making = this.#making.get(name) ?? this.#make(name)
    this.#making.set(name, making)
    return making
  }

  async issue({ publicKey, privateKey, uris, profile: name, commonName, policy }: Wanted): Promise<Issued> {
    const wanted = profileUnder(name, policy)
    const { issuedBy = 'intermediate', revoke } = wanted
    const subject = { publicKey, commonName, organization: ORGANIZATION, names: { uri: uris } }
    const request = { profile: wanted, subject, at: this.#now() }
    if (issuedBy === 'self') {
      if (!privateKey)
        throw new Error(`A certificate of profile "${name}" needs privateKey: it signs itself.`)
      const certificate = await issueCertificate({ ...request, issuer: { key: privateKey } })
      return { serial: readCertificate(certificate).serial, chain: [certificate], revoked: undefined }
    }
    const issuer = await this.needed(issuedBy)
    const certificate = await issuer.issue(request)
    const { serial } = readCertificate(certificate)
    this.#ledger?.issued({ serial, issuer: issuedBy })
    const chain = [certificate, ...this.#above(issuedBy, issuer)]
    return { serial, chain, revoked: this.#revokeAtOnce(revoke, serial, issuedBy, issuer) }
  }

  /** Who issued a certificate of this serial number. */
  issuerOf(serial: string): AuthorityName | undefined {
    return this.all().find(([, authority]) => authority.hasIssued(serial))?.[0]
  }

  /** Revoked already: as it was revoked. */
  revoke(issuer: AuthorityName, serial: string, reason: RevocationReason): Revoked {
    const at = wholeSecond(this.#now())
    const revocation = this.#made.get(issuer)!.revoke(serial, { at, reason })
    this.#ledger?.revoked({ serial, issuer, at: revocation.at.toISOString(), reason: revocation.reason })
    return { serial, issuer, at: revocation.at }
  }

  /** Another community's authority, as if it were one below this root. */
  crossSign(certificate: Buffer): Promise<Buffer> {
    return this.root.issue({ profile: profile('intermediate'), subject: { certificate }, at: this.#now() })
  }

  /** From now on leaves come with this certificate of the intermediate, too, and say where it is. */
  useCrossSigned(certificate: Buffer): void {
    if (!readCertificate(certificate).spki.equals(readCertificate(this.intermediate.certificate).spki))
      throw new Error(`This is no certificate of the intermediate of ${this.#name}.`)
    this.crossSigned = certificate
    this.intermediate.urls = { ...this.intermediate.urls, crossSigned: `${this.#url}${CROSS_SIGNED_PATH}` }
  }

  async #make(name: AuthorityName): Promise<Authority> {
    const existing = this.#made.get(name)
    if (existing) return existing
    // P-256, because RSA keys take long, and what is wrong with these authorities is not their key.
    const key = createPrivateKey(await generateKey('ec-p256'))
    const urls = urlsOf(this.#url, name)
    const called = `${this.#name} ${name}`
    const above = name === 'sub-intermediate' ? this.intermediate : this.root
    const made =
      name === 'untrusted'
        ? await Authority.root(called, key, urls, this.#now())
        : await above.below(called, key, urls, this.#now())
    this.#made.set(name, made)
    return made
  }

  #above(name: AuthorityName, issuer: Authority): Buffer[] {
    if (name === 'untrusted') return []
    if (name === 'sub-intermediate') return [issuer.certificate, this.intermediate.certificate]
    const crossSigned = name === 'intermediate' && this.crossSigned ? [this.crossSigned] : []
    return [issuer.certificate, ...crossSigned]
  }

  #revokeAtOnce(
    revoke: Profile['revoke'],
    serial: string,
    name: AuthorityName,
    issuer: Authority,
  ): Revoked | undefined {
    if (!revoke) return undefined
    if (revoke === 'leaf') return this.revoke(name, serial, 'keyCompromise')
    return this.revoke('root', readCertificate(issuer.certificate).serial, 'cACompromise')
  }
}

const reasonOf = (text: string): RevocationReason =>
  revocationReasons.find((reason) => reason === text) ?? 'unspecified'

/** As CRL and OCSP say it. */
const wholeSecond = (time: Date) => new Date(Math.floor(time.getTime() / 1000) * 1000)
