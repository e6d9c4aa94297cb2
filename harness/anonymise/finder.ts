/** Finds what is real in the evidence of a run: hosts, names, ids. */
import type { X509Certificate } from 'node:crypto'
import { isObject, type Json } from '../../wire/json.ts'
import { decodeJwt } from '../../wire/jwt.ts'
import type { Aliases } from './aliases.ts'
import {
  certificateIn,
  jsonIn,
  replaceJwts,
  replacePems,
  replaceRuns,
  replaceUrls,
  textIn,
  unescaped,
} from './encoded.ts'
import { isGeneric } from './generic.ts'

const maxDepth = 8
/** As messages of the operating system name a peer. */
const addresses = /(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])|\b[0-9a-f]{1,4}(?::[0-9a-f]{0,4}){3,7}\b/gi
const email = /(?<![\w.+%-])[\w.+%-]+@([a-z0-9-]+\.)+[a-z]{2,}/gi
/** Whoever wrote such a member of a JSON object or a form says who they are. */
const nameKey =
  /^(name|title|publisher|vendor|developer|nickname|picture|profile|website|birthdate|copyright|preferred_username|(.+_)?(name|phone|phone_number|email|contact|contacts|address|organization)|organi[sz]ation.*|contacts?|software_id|software_version)$/i
const idKey =
  /^(client_id|client_secret|access_token|refresh_token|code|kid|n|x|y|x5t|x5t#S256|sub|sid|session_state|registration_access_token|patient|encounter|launch|organization_id|subject_id|login_hint)$/
/** Of a FHIR resource, or an operation. */
const isType = /^([A-Z][A-Za-z]+|\$.*)$/
/** Of the standards: `.well-known`, `_search`. */
const isReserved = /^[._]/
/** Of a person, wherever it stands: an alias however short or usual it is, as `Roe` and a date are. */
const personKey =
  /^(given_name|family_name|middle_name|nickname|preferred_username|username|upn|birth_?date|dob|phone|phone_number|street_address|locality|region|postal_code|formatted|ssn|mrn|npi)$/i

export class Finder {
  readonly #aliases: Aliases
  readonly #ours: ReadonlySet<string>
  readonly #seen = new Set<string>()

  /** @param ours fingerprints of certificates that tell nothing of others */
  constructor(aliases: Aliases, ours: ReadonlySet<string>) {
    this.#aliases = aliases
    this.#ours = ours
  }

  /** Hosts and certificates, however they are encoded. */
  text(value: string, depth = 0): void {
    if (depth > maxDepth || value.length < 4 || this.#seen.has(value)) return
    this.#seen.add(value)
    const json = jsonIn(value)
    if (json !== undefined) this.json(json, depth + 1)
    else if (value.includes('%')) this.text(unescaped(value), depth + 1)
    for (const [found] of value.matchAll(email)) this.#email(found)
    replacePems(value, (pem) => {
      this.#bytes(Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64'), depth)
      return pem
    })
    replaceUrls(value, (url) => {
      this.url(url)
      return url
    })
    replaceJwts(value, (jwt) => {
      this.json(jwt.header, depth + 1)
      this.json(jwt.claims, depth + 1)
      return ''
    })
    replaceRuns(value, ({ bytes, offset }) => {
      if (offset === 0) this.#bytes(bytes, depth)
      else if (bytes.includes('://')) this.text(textIn(bytes) ?? '', depth + 1)
      return undefined
    })
  }

  json(value: Json, depth = 0): void {
    if (typeof value === 'string') this.text(value, depth)
    else if (Array.isArray(value)) for (const one of value) this.json(one, depth)
    else if (isObject(value))
      for (const [key, one] of Object.entries(value)) {
        this.text(key, depth)
        this.json(one, depth)
      }
  }

  /** IP addresses in what was said about an error. */
  addresses(text: string): void {
    for (const [found] of text.matchAll(addresses)) this.#aliases.host(found)
  }

  /** @param owner the actor that is at it */
  url(text: string, owner?: string): void {
    if (!URL.canParse(text)) return
    const { hostname, pathname } = new URL(text)
    if (hostname === '' || this.#aliases.host(hostname, owner) === hostname) return
    // A tenant, a record: what is in the path of somebody else's URL.
    const parts = pathname.split('/').map(unescaped)
    for (const [i, part] of parts.entries()) {
      if (isReserved.test(part) || isType.test(part)) continue
      const isRecord = isType.test(parts[i - 1] ?? '')
      if (isRecord || (part.length >= 4 && !isGeneric(part))) this.#aliases.id(part)
    }
  }

  /**
   * Members of an object, of a form, of the claims of a JWT.
   *
   * @param foreign somebody else wrote it, who may have said who they are
   */
  members(value: Json, foreign: boolean, key = ''): void {
    if (Array.isArray(value)) for (const one of value) this.members(one, foreign, key)
    else if (isObject(value))
      for (const [name, one] of Object.entries(value)) {
        this.members(one, foreign, name)
        // With a subject beside it, it is a person's.
        const isPerson = personKey.test(name) || (name === 'name' && 'sub' in value)
        if (foreign && isPerson && typeof one === 'string') this.#aliases.id(one)
      }
    if (typeof value !== 'string') return
    const jwt = value.length > 20 ? decodeJwt(value) : undefined
    if (jwt) for (const part of [jwt.header, jwt.claims]) this.members(part, foreign)
    else if (idKey.test(key) && !URL.canParse(value.replace(/^urn:.*/i, ''))) this.#aliases.id(value)
    else if (foreign && nameKey.test(key) && !/^https?:/.test(value)) this.#aliases.name(value)
  }

  #email(found: string): void {
    const host = found.slice(found.indexOf('@') + 1)
    if (this.#aliases.host(host) !== host) this.#aliases.name(found)
  }

  #bytes(bytes: Buffer, depth: number): void {
    const certificate = certificateIn(bytes)
    if (certificate && this.#ours.has(certificate.fingerprint256)) return
    if (certificate) this.#certificate(certificate)
    const text = textIn(bytes)
    if (text !== undefined) this.text(text, depth + 1)
    // URLs stand in DER as they are: of lists, of responders, of names.
    else if (bytes.includes('://'))
      for (const [url] of bytes.toString('latin1').matchAll(/https?:\/\/[\w.:-]+/g)) this.url(url)
  }

  #certificate({ subject = '', issuer = '', subjectAltName = '' }: X509Certificate): void {
    for (const [, , value = ''] of `${subject}\n${issuer}`.matchAll(
      /(?:^|\n| \+ )(?!C=)([\w.]+)=([^\n]+)/g,
    )) {
      if (value.includes('://')) this.url(value)
      else if (/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(value)) this.#aliases.host(value)
      else this.#aliases.name(value)
    }
    for (const [, host = ''] of subjectAltName.matchAll(/DNS:([^,"\s]+)/g))
      this.#aliases.host(host.replace(/^\*\./, ''))
  }
}
