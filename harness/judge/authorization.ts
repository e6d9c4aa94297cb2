/**
 * Authorization requests and responses (RFC 6749 4.1.1, 4.1.2). A browser carries them, so that neither who wrote
 * a request nor what a redirect answers can be read from its hop alone.
 */
import { decodeForm } from '../../wire/form.ts'
import type { JsonObject } from '../../wire/json.ts'
import type { PlanCase } from '../plan/plan.ts'
import type { StageCase } from '../trace/trace.ts'
import type { HopClass } from './classify.ts'
import { answered, type Hop } from './hops.ts'
import { bodyOf, ends, type Message } from './message.ts'

/** @param before messages of earlier hops, in order @param hops those of the case */
export function authorizationMessages(
  hop: Hop,
  before: Message[],
  hops: Hop[],
  plan: PlanCase,
  stage: StageCase,
): Message[] {
  const request = requestOf(hop, before, hops, plan, stage)
  const response = responseOf(hop, request ? [...before, request] : before, stage)
  return [...(request ? [request] : []), ...(response ? [response] : [])]
}

function requestOf(
  hop: Hop,
  before: Message[],
  hops: Hop[],
  plan: PlanCase,
  stage: StageCase,
): Message | undefined {
  const { request, to } = hop
  if (hop.class !== 'authorization' || !request || request.truncated) return undefined
  // RFC 6749 3.1; OPTIONS or HEAD ask for no authorization.
  if (request.method !== 'GET' && request.method !== 'POST') return undefined
  const body = bodyOf(request)
  const author = authorOf(hop, body ?? {}, before, hops, plan, stage)
  return { kind: 'authorization-request', hop, ...ends(author, to), ...(body && { body }) }
}

/** By the redirect that led there, the step that made the URL, the redirect URI, or the client id. */
function authorOf(
  hop: Hop,
  { redirect_uri, client_id }: JsonObject,
  before: Message[],
  hops: Hop[],
  plan: PlanCase,
  { actors, steps }: StageCase,
): string | undefined {
  const url = urlOf(hop.request!.url)
  const earlier = hops.slice(0, hops.indexOf(hop)).reverse()
  const sender = earlier.find((one) => one.to !== undefined && urlOf(locationOf(one)) === url)
  // An authorization server that sends the browser on to its own endpoint writes no request.
  if (sender && sender.to !== hop.to) return sender.to
  const made = steps.find(({ outputs }) => urlOf(outputs.authorization_url) === url)
  const maker = made && plan.steps.find(({ id }) => id === made.id)?.actor
  if (maker !== undefined) return maker
  const origin =
    typeof redirect_uri === 'string' && URL.canParse(redirect_uri) && new URL(redirect_uri).origin
  const at = Object.keys(actors).find((name) => origin && originOf(actors[name]!.url) === origin)
  if (at !== undefined) return at
  const registered = before.findLast(
    ({ kind, author, body }) =>
      kind === 'registration-response' &&
      author === hop.to &&
      client_id !== undefined &&
      body?.client_id === client_id,
  )
  return registered?.reader
}

/** Where browsers come to that are on their way to no client's redirect URI, even if it is the same page. */
const elsewhere: HopClass[] = ['end-session', 'launch', 'logo']

/** A redirect to the client, or a page that ends the request without one. */
function responseOf(hop: Hop, before: Message[], { actors }: StageCase): Message | undefined {
  const response = answered(hop)
  if (!response || !hop.to || hop.roles.to === 'certificate-authority') return undefined
  if (elsewhere.includes(hop.class)) return undefined
  const asked = before.filter(({ kind, reader }) => kind === 'authorization-request' && reader === hop.to)
  const { status } = response
  if (status < 300 || status > 399) {
    const own = asked.at(-1)
    if (status < 400 || own?.hop !== hop) return undefined
    return { kind: 'authorization-response', hop, status, ...ends(hop.to, own.author), of: own }
  }
  const location = locationOf(hop)
  if (location === undefined) return undefined
  const there = addressOf(location)
  const back = asked.filter(({ body }) => addressOf(body?.redirect_uri) === there)
  const reader = Object.keys(actors).find((name) => {
    const { redirect, callback } = actors[name]!.endpoints
    return name !== hop.to && [addressOf(redirect), addressOf(callback)].includes(there)
  })
  if (back.length === 0 && (reader === undefined || asked.length === 0)) return undefined
  const body = parametersOf(location)
  const mine = back.length > 0 ? back : asked.filter(({ author }) => author === reader)
  const own = mine.findLast(({ body: sent }) => sent?.state === body.state) ?? mine.at(-1) ?? asked.at(-1)
  return {
    kind: 'authorization-response',
    hop,
    status,
    ...ends(hop.to, reader ?? own?.author),
    body,
    ...(own && { of: own }),
  }
}

/** Of the query, and of the fragment where that holds the answer (RFC 6749 4.2.2). */
function parametersOf(location: string): JsonObject {
  const { search, hash } = new URL(location)
  const query = decodeForm(search)
  return query.code === undefined && query.error === undefined
    ? { ...query, ...decodeForm(hash.slice(1)) }
    : query
}

/** Where a browser goes that gets this redirect; it may be relative (RFC 9110 10.2.2). */
export function locationOf(hop: Hop): string | undefined {
  const response = answered(hop)
  const base = hop.request?.url
  const location = response?.headers.location
  if (location === undefined || !response || response.status < 300 || response.status > 399) return undefined
  if (!URL.canParse(location, base)) return undefined
  return new URL(location, base).href
}

/** As a browser writes it: without what it leaves to itself, in the one spelling that it sends. */
function urlOf(url: unknown): string | undefined {
  if (typeof url !== 'string' || !URL.canParse(url)) return undefined
  const parsed = new URL(url)
  parsed.hash = ''
  return parsed.href
}

export function addressOf(url: unknown): string | undefined {
  if (typeof url !== 'string' || !URL.canParse(url)) return undefined
  const { origin, pathname } = new URL(url)
  return origin + pathname
}

const originOf = (url: string) => (URL.canParse(url) ? new URL(url).origin : undefined)
