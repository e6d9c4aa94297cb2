/** The authorities of one community: a root, its intermediate, and those that faulty certificates come from. */
import { createPrivateKey, type KeyObject } from 'node:crypto'
import { readCertificate } from '../../certs/certificate.ts'
import type { RevocationReason } from '../../certs/crl.ts'
import type { Urls } from '../../certs/extensions.ts'
import { issueCertificate, ORGANIZATION } from '../../certs/issue.ts'
import { generateKey } from '../../certs/keys.ts'
import { type Profile, profile } from '../../certs/profile.ts'
import { Authority } from './authority.ts'

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

export class Community {
  readonly root: Authority
  readonly intermediate: Authority
  /** The intermediate's certificate by an authority of another community. */
  crossSigned: Buffer | undefined
  readonly #name: string
  readonly #url: string
  readonly #now: () => Date
  readonly #made = new Map<AuthorityName, Authority>()
  readonly #making = new Map<AuthorityName, Promise<Authority>>()

  /** @param url base URL that the certificates name */
  constructor(name: string, url: string, now: () => Date, root: Authority, intermediate: Authority) {
    this.#name = name
    this.#url = url
    this.#now = now
    this.root = root
    this.intermediate = intermediate
    this.#made.set('root', root).set('intermediate', intermediate)
  }

  /**
   * @param keys PEM private keys: root, intermediate
   * @param now the scenario's time
   */
  static async create(name: string, url: string, keys: string[], now: () => Date): Promise<Community> {
    const [rootKey, intermediateKey] = keys.map((key) => createPrivateKey(key))
    if (!rootKey || !intermediateKey)
      throw new Error(`${name} needs two private keys: one for its root, one for its intermediate.`)
    const root = await Authority.root(`${name} root`, rootKey, urlsOf(url, 'root'), now())
    const urls = urlsOf(url, 'intermediate')
    const intermediate = await root.below(`${name} intermediate`, intermediateKey, urls, now())
    return new Community(name, url, now, root, intermediate)
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

  async issue({ publicKey, privateKey, uris, profile: name, commonName }: Wanted): Promise<Issued> {
    const wanted = profile(name)
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
    const chain = [certificate, ...this.#above(issuedBy, issuer)]
    return { serial, chain, revoked: this.#revokeAtOnce(revoke, serial, issuedBy, issuer) }
  }

  /** Who issued a certificate of this serial number. */
  issuerOf(serial: string): AuthorityName | undefined {
    return this.all().find(([, authority]) => authority.hasIssued(serial))?.[0]
  }

  /** Revoked already: as it was revoked. */
  revoke(issuer: AuthorityName, serial: string, reason: RevocationReason): Revoked {
    const { at } = this.#made.get(issuer)!.revoke(serial, { at: wholeSecond(this.#now()), reason })
    return { serial, issuer, at }
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

export const CROSS_SIGNED_PATH = '/issuer/intermediate-cross-signed.cer'

const urlsOf = (url: string, name: AuthorityName): Urls => ({
  crl: `${url}/crl/${name}.crl`,
  issuer: `${url}/issuer/${name}.cer`,
  ocsp: `${url}/ocsp`,
})

/** As CRL and OCSP say it. */
const wholeSecond = (time: Date) => new Date(Math.floor(time.getTime() / 1000) * 1000)
