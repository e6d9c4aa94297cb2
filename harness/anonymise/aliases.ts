/** Real values and what is written in their place: the same one for the same value, everywhere. */
import { isGeneric, isPublicHost } from './generic.ts'

/** Shorter ones would be found in words that have nothing to do with them. */
const LEAST_NAME = 4
const LEAST_ID = 8

export class Aliases {
  readonly #hosts = new Map<string, string>()
  readonly #names = new Map<string, string>()
  readonly #ids = new Map<string, string>()
  readonly #kept: ReadonlySet<string>
  #inTexts: RegExp | undefined

  /** @param kept hosts and names that are ours */
  constructor(kept: Iterable<string>) {
    this.#kept = new Set([...kept].map((one) => one.toLowerCase()))
  }

  /** @param owner the actor whose host it is */
  host(real: string, owner?: string): string {
    const host = real.toLowerCase().replace(/\.$/, '')
    const known = this.#hosts.get(host)
    if (known !== undefined) return known
    if (this.#kept.has(host) || (owner === undefined && isPublicHost(host))) return real
    const taken = [...this.#hosts.values()]
    const wanted = `${owner}.elsewhere.example`
    const alias =
      owner !== undefined && !taken.includes(wanted) ? wanted : `host-${taken.length + 1}.elsewhere.example`
    this.#hosts.set(host, alias)
    this.#inTexts = undefined
    // Parts of it may stand alone: in the name of a product, or of a file.
    if (!isPublicHost(host) && /[a-z]/.test(host))
      for (const label of host.split('.').slice(0, -1)) this.name(label)
    return alias
  }

  /** Of an organization, a person, a product. Some are named by a URL, in which the host has its alias. */
  name(real: string): string {
    const name = real.trim()
    const key = name.toLowerCase()
    const known = this.#names.get(key)
    if (known !== undefined) return known
    if (name === '' || name.includes('://') || this.#kept.has(key) || this.#hosts.has(key) || isGeneric(name))
      return real
    const alias = `name-${this.#names.size + 1}`
    this.#names.set(key, alias)
    this.#inTexts = undefined
    return alias
  }

  /** Of a client, a key, a token, a record: it stands alone, not within a text of words. */
  id(real: string): string {
    const known = this.#ids.get(real)
    if (known !== undefined) return known
    if (real === '' || this.#kept.has(real.toLowerCase())) return real
    const alias = `id-${this.#ids.size + 1}`
    this.#ids.set(real, alias)
    return alias
  }

  /** With the alias in the place of each real value; what is encoded in it is not looked at. */
  replace(text: string): string {
    const whole = this.#ids.get(text)
    if (whole !== undefined) return whole
    const withIds = text
      .replace(/[^\s"'`,;&<>()=?#[\]{}|\\]+=*/g, (run) => this.#longId(run))
      .replace(/[A-Za-z0-9_~-]+(?:\.[A-Za-z0-9_~-]+)*/g, (run) => this.#longId(run))
    const pattern = this.#pattern()
    return pattern ? withIds.replace(pattern, (found) => this.#known(found)) : withIds
  }

  isId(text: string): boolean {
    return this.#ids.has(text)
  }

  /** Has the text a real host or name in it? */
  hasReal(text: string): boolean {
    return this.#pattern()?.test(text) ?? false
  }

  #longId(run: string): string {
    return run.length >= LEAST_ID ? (this.#ids.get(run) ?? run) : run
  }

  #known(found: string): string {
    const real = found.toLowerCase()
    const decoded = /[%+]/.test(real) ? decode(real) : real
    return this.#hosts.get(real) ?? this.#names.get(real) ?? this.#names.get(decoded) ?? found
  }

  /** Found within words too: `AcmeFHIR/1.0`. The longest first, as one may be part of another. */
  #pattern(): RegExp | undefined {
    const names = [...this.#names.keys()].filter((name) => name.length >= LEAST_NAME)
    const written = names.flatMap((name) => {
      const encoded = encodeURIComponent(name).toLowerCase()
      return encoded === name ? [name] : [name, encoded, encoded.replaceAll('%20', '+')]
    })
    const all = [...this.#hosts.keys(), ...written].sort((a, b) => b.length - a.length)
    if (all.length === 0) return undefined
    this.#inTexts ??= new RegExp(all.map((one) => one.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'), 'gi')
    this.#inTexts.lastIndex = 0
    return this.#inTexts
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
