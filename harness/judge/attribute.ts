/**
 * Who asked, where only the one who answered recorded it: whoever the request speaks of, else the only one
 * elsewhere who can ask such a thing. An inference, and marked as one.
 */
import { decodeForm } from '../../wire/form.ts'
import { isObject, type Json, type JsonObject } from '../../wire/json.ts'
import { decodeJwt } from '../../wire/jwt.ts'
import { parseJson } from '../../wire/parse.ts'
import type { StageActor } from '../trace/trace.ts'
import { type HopClass, rolesOf } from './classify.ts'
import { isElsewhere } from './elsewhere.ts'
import { answered, type Hop, received } from './hops.ts'

type Actors = Record<string, StageActor>

/** In order: what earlier hops told of somebody is known from then on. */
export function attributed(hops: Hop[], actors: Actors): Hop[] {
  const outside = Object.keys(actors).filter((name) => isElsewhere(actors[name]))
  if (outside.length === 0) return hops
  const known = new Known(outside, actors, hops)
  return hops.map((hop) => {
    const told = withRoles(known.tell(hop), actors)
    known.learn(told)
    return told
  })
}

class Known {
  readonly #outside: string[]
  readonly #actors: Actors
  readonly #hops: Hop[]
  /** `client <server> <client_id>`, `token <token>`, `address <redirect URI>`, `endpoint <URL>` → actor. */
  readonly #names = new Map<string, string>()

  constructor(outside: string[], actors: Actors, hops: Hop[]) {
    this.#outside = outside
    this.#actors = actors
    this.#hops = hops
    for (const name of outside)
      for (const url of Object.values(actors[name]!.endpoints)) this.#note('endpoint', addressOf(url), name)
  }

  tell(seen: Hop): Hop {
    const { request, to } = seen
    const there = request && this.#names.get(`address ${addressOf(request.url)}`)
    // Where its registration says that browsers are sent back to.
    const isBack = there !== undefined && (to ?? there) === there
    const hop: Hop = isBack ? { ...seen, to: there, class: 'callback' } : this.#toEndpoint(seen)
    if (hop.to === undefined && ofAuthorities.includes(hop.class)) return this.#toAuthority(hop)
    if (hop.from !== undefined || hop.client || !hop.server) return hop
    const from = this.#namedBy(hop) ?? this.#only(hop)
    return from === undefined ? hop : { ...hop, from, inferred: true }
  }

  /** Who vouches for a system elsewhere takes the part that the case's own authority has. */
  #toAuthority(hop: Hop): Hop {
    const [only, ...others] = Object.keys(this.#actors).filter(
      (name) => this.#actors[name]!.kind === 'certificate-authority',
    )
    return only === undefined || others.length > 0 ? hop : { ...hop, to: only, inferred: true }
  }

  /** Its host is nobody's base URL: a server may have its endpoints wherever it says. */
  #toEndpoint(hop: Hop): Hop {
    const to = hop.to ?? this.#names.get(`endpoint ${addressOf(hop.request?.url ?? '')}`)
    return to === undefined ? hop : { ...hop, to }
  }

  /** Endpoints that metadata names are of whose tokens its server takes, which may be itself. */
  #learnEndpoints({ class: kind, to = '', response }: Hop): void {
    if (!ofMetadata.includes(kind) || !this.#outside.includes(to)) return
    const said = parseJson(response?.body ?? '')
    const owner = this.#actors[to]?.links.tokensFrom ?? to
    for (const [name, value] of Object.entries(isObject(said) ? said : {}))
      if (name.endsWith('_endpoint') && typeof value === 'string')
        this.#note('endpoint', addressOf(value), owner)
  }

  learn(told: Hop): void {
    this.#learnEndpoints(told)
    const { class: kind, from, to, ...hop } = told
    if (from === undefined || !this.#outside.includes(from)) return
    const answer = parseJson(answered(hop as Hop)?.body ?? '')
    const said = isObject(answer) ? answer : {}
    if (kind === 'registration') {
      this.#note(`client ${to}`, said.client_id, from)
      const { redirect_uris } = statementIn(hop as Hop)
      for (const uri of Array.isArray(redirect_uris) ? redirect_uris : [])
        this.#note('address', typeof uri === 'string' ? addressOf(uri) : undefined, from)
    }
    if (kind === 'token') {
      this.#note('token', said.access_token, from)
      this.#note('token', said.refresh_token, from)
    }
  }

  #note(what: string, value: Json | undefined, name: string): void {
    if (typeof value === 'string') this.#names.set(`${what} ${value}`, name)
  }

  #namedBy(hop: Hop): string | undefined {
    const form = formIn(hop)
    const assertion = typeof form.client_assertion === 'string' ? decodeJwt(form.client_assertion) : undefined
    const { iss } = assertion?.claims ?? {}
    const [, bearer] = /^bearer (\S+)$/i.exec(received(hop)?.headers.authorization ?? '') ?? []
    // Who brings a token to be looked at is not whom it was given to.
    const tokens = hop.class === 'introspection' ? [] : [bearer, form.token, form.refresh_token]
    return (
      this.#at(statementIn(hop).iss) ??
      this.#at(iss) ??
      this.#said(`client ${hop.to}`, iss ?? form.client_id) ??
      tokens.map((token) => this.#said('token', token)).find((name) => name !== undefined)
    )
  }

  #said(what: string, value: Json | undefined): string | undefined {
    return typeof value === 'string' ? this.#names.get(`${what} ${value}`) : undefined
  }

  /** By its URI. */
  #at(uri: Json | undefined): string | undefined {
    if (typeof uri !== 'string') return undefined
    return this.#outside.find((name) => bare(this.#actors[name]!.url) === bare(uri))
  }

  #only(hop: Hop): string | undefined {
    const { class: kind, to } = hop
    const asked = to === undefined ? undefined : this.#actors[to]?.kind
    const able = this.#outside.filter((name) => name !== to && asks(this.#actors[name]!.kind, kind, asked))
    if (able.length < 2) return able[0]
    // Of several the one who was being asked something meanwhile, as the record says.
    const busy = this.#hops.filter(
      (one) => one.to !== undefined && able.includes(one.to) && encloses(one, hop),
    )
    const names = new Set(busy.map((one) => one.to))
    return names.size === 1 ? busy[0]!.to : undefined
  }
}

function encloses({ server: around }: Hop, { server: inner }: Hop): boolean {
  if (!around || !inner) return false
  const [from, at] = [Date.parse(around.startedAt), Date.parse(inner.startedAt)]
  return from <= at && at + inner.ms <= from + around.ms + 1
}

const ofMetadata: HopClass[] = ['metadata', 'as-metadata', 'openid-configuration', 'smart-configuration']
const ofBrowsers: HopClass[] = ['authorization', 'interaction', 'callback', 'launch', 'end-session']
const ofClients: HopClass[] = ['metadata', 'registration', 'token', 'revocation', 'userinfo']
const ofApps: HopClass[] = ['smart-configuration', 'fhir', 'capability-statement']
const ofAuthorities: HopClass[] = ['ocsp', 'crl', 'issuer-certificate']
const apps = ['client-app', 'intermediary']
const authorizationServers = ['authorization-server', 'data-holder']

/** Can an actor of this kind ask this? A data holder is a client of identity providers (Tiered OAuth). */
function asks(kind: string, what: HopClass, asked: string | undefined): boolean {
  if (kind === 'certificate-authority') return false
  if (what === 'logo') return kind === 'user' || authorizationServers.includes(kind)
  if (kind === 'user') return ofBrowsers.includes(what) || what === 'unknown'
  if (ofBrowsers.includes(what)) return false
  if (ofApps.includes(what)) return apps.includes(kind)
  if (ofClients.includes(what))
    return apps.includes(kind) || (asked === 'identity-provider' && authorizationServers.includes(kind))
  if (what === 'introspection') return ['resource-server', 'data-holder'].includes(kind)
  if (what === 'reference') return kind === 'identity-provider' || authorizationServers.includes(kind)
  return true
}

function withRoles(hop: Hop, actors: Actors): Hop {
  const kindOf = (name: string | undefined) => (name === undefined ? undefined : actors[name]?.kind)
  return { ...hop, roles: rolesOf(hop.class, kindOf(hop.from), kindOf(hop.to)) }
}

function formIn(hop: Hop): JsonObject {
  const request = received(hop)
  return request?.headers['content-type']?.includes('x-www-form-urlencoded') ? decodeForm(request.body) : {}
}

/** Claims of the software statement in a registration. */
export function statementIn(hop: Hop): JsonObject {
  const body = received(hop)?.body ?? ''
  const sent = body.includes('"software_statement"') ? parseJson(body) : undefined
  const statement = isObject(sent) ? sent.software_statement : undefined
  return (typeof statement === 'string' ? decodeJwt(statement)?.claims : undefined) ?? {}
}

function addressOf(url: string): string {
  const { origin, pathname } = URL.parse(url) ?? { origin: '', pathname: url }
  return origin + pathname
}

const bare = (uri: string): string => uri.replace(/\/$/, '')
