/** Writes texts and JSON anew, with aliases in the place of real values, at every level of encoding. */
import type { X509Certificate } from 'node:crypto'
import { isObject, type Json } from '../../wire/json.ts'
import type { Jwt } from '../../wire/jwt.ts'
import type { Aliases } from './aliases.ts'
import {
  certificateIn,
  encodeLike,
  jsonIn,
  type Run,
  replaceJwts,
  replacePairs,
  replacePems,
  replacePercents,
  replaceRuns,
  replaceUrls,
  textIn,
} from './encoded.ts'

const ANONYMISED = 'anonymised'
/** What lies deeper is nothing that a system of this guide sends. */
const maxDepth = 8
const secret = /^(password|passphrase|client_secret|registration_access_token)$/i

export class Rewriter {
  readonly aliases: Aliases
  readonly #ours: ReadonlySet<string>
  readonly #certificates = new Map<string, string>()

  /** @param ours fingerprints of certificates that tell nothing of others */
  constructor(aliases: Aliases, ours: ReadonlySet<string>) {
    this.aliases = aliases
    this.#ours = ours
  }

  text(value: string, depth = 0): string {
    if (depth > maxDepth) return ANONYMISED
    if (this.aliases.isId(value)) return this.aliases.replace(value)
    const json = jsonIn(value)
    if (json !== undefined) {
      const written = this.json(json, depth + 1)
      return JSON.stringify(written) === JSON.stringify(json) ? value : JSON.stringify(written)
    }
    const opened = replacePems(value, (pem) => this.#pem(pem))
    const whole = replacePercents(opened, (text) => this.text(text, depth + 1))
    const withUrls = replaceUrls(whole, (url) => this.#url(url, depth + 1))
    const withJwts = replaceJwts(withUrls, (jwt) => this.#jwt(jwt, depth + 1))
    const withRuns = replaceRuns(withJwts, (run) => this.#run(run, depth + 1))
    return this.aliases.replace(withRuns)
  }

  json(value: Json, depth = 0, name = ''): Json {
    if (typeof value === 'string') return secret.test(name) ? '…' : this.text(value, depth)
    if (Array.isArray(value)) return value.map((one) => this.json(one, depth, name))
    if (!isObject(value)) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [this.#key(key), this.json(one, depth, key)]),
    )
  }

  /** Query or form. */
  pairs(text: string, depth = 0): string {
    return replacePairs(text, (name, value) => (secret.test(name) ? '…' : this.text(value, depth + 1)))
  }

  /** The same for the same certificate; undefined for one that is ours. */
  certificate(found: X509Certificate): string | undefined {
    if (this.#ours.has(found.fingerprint256)) return undefined
    const known = this.#certificates.get(found.fingerprint256)
    if (known !== undefined) return known
    const alias = `certificate-${this.#certificates.size + 1}, ${ANONYMISED}`
    this.#certificates.set(found.fingerprint256, alias)
    return alias
  }

  /** Plain words are those of a format. */
  #key(key: string): string {
    return /^[\w-]*$/.test(key) ? key : this.aliases.replace(key)
  }

  #url(url: string, depth: number): string {
    const at = url.indexOf('?')
    if (at < 0) return this.#path(url)
    const [query = '', ...fragment] = url.slice(at + 1).split('#')
    return [`${this.#path(url.slice(0, at))}?${this.pairs(query, depth)}`, ...fragment].join('#')
  }

  /** An id that stands alone in it, however short. */
  #path(url: string): string {
    const parts = url.split('/').map((part) => (this.aliases.isId(part) ? this.aliases.replace(part) : part))
    return parts.join('/')
  }

  /** Signed by a key of ours and unchanged it stays; nobody can verify another one, and its signature would name its key. */
  #jwt({ header, claims, signature, signingInput }: Jwt, depth: number): string {
    const written = [header, claims].map((part) => JSON.stringify(this.json(part, depth)))
    const same = written[0] === JSON.stringify(header) && written[1] === JSON.stringify(claims)
    const [leaf] = Array.isArray(header.x5c) ? header.x5c : []
    const signer = typeof leaf === 'string' ? certificateIn(Buffer.from(leaf, 'base64')) : undefined
    if (same && signer && this.#ours.has(signer.fingerprint256)) return `${signingInput}.${signature}`
    const input = same
      ? signingInput
      : written.map((part) => Buffer.from(part).toString('base64url')).join('.')
    return `${input}.${signature === '' ? '' : Buffer.from(ANONYMISED).toString('base64url')}`
  }

  #run({ text, bytes, offset }: Run, depth: number): string | undefined {
    const found = offset === 0 ? certificateIn(bytes) : undefined
    if (found) {
      const alias = this.certificate(found)
      return alias === undefined ? text : encodeLike(`${text}=`, alias)
    }
    const inner = textIn(bytes)
    if (inner !== undefined && inner !== '') {
      const written = this.text(inner, offset === 0 ? depth : depth + 2)
      // What it was read from cannot be put together again when something stands before it.
      return written === inner ? undefined : encodeLike(text, offset === 0 ? written : ANONYMISED)
    }
    // Strings of two bytes a character (BMPString) read as ASCII without their zeros.
    const read = bytes.toString('utf8').replaceAll('\0', '')
    return this.aliases.hasReal(read) ? encodeLike(text, ANONYMISED) : undefined
  }

  #pem(pem: string): string {
    const body = pem.replace(/-----[^-]+-----/g, '').replace(/\s/g, '')
    const found = certificateIn(Buffer.from(body, 'base64'))
    const alias = found ? this.certificate(found) : ANONYMISED
    return alias === undefined ? pem : `-----BEGIN ANONYMISED-----\n${alias}\n-----END ANONYMISED-----`
  }
}
