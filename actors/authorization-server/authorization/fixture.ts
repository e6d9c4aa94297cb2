/** For tests: a browser of plain code, and a person who fills in what it shows. */
import { createHash } from 'node:crypto'
import { type CheerioAPI, load } from 'cheerio'
import { CookieJar } from 'tough-cookie'
import type { Credential, Person } from '../../actor.ts'
import type { CallResponse } from '../../call.ts'
import type { Bed } from '../../fixture-bed.ts'
import { startCommunity } from '../../fixture-community.ts'
import {
  CLIENT_URI,
  CODE,
  type Options,
  register,
  type Server,
  signStatement,
  startAuthorizationServer,
} from '../fixture.ts'

/** Where a browser has arrived. */
export interface Page {
  url: string
  answer: CallResponse
  $: CheerioAPI
  /** Text of its heading. */
  heading: string
  /** What it says must be put right, if anything. */
  alert: string
  /** It was sent on to somebody who is not there, such as the client: their URL. */
  left?: URL
}

const MAX_REDIRECTS = 20

/** Follows redirects as long as they lead to `*.localhost`, and keeps cookies. */
export class Browser {
  readonly #bed: Bed
  readonly #jar = new CookieJar()

  constructor(bed: Bed) {
    this.#bed = bed
  }

  open(url: string): Promise<Page> {
    return this.#go('GET', url)
  }

  post(url: string, form: URLSearchParams | string): Promise<Page> {
    return this.#go('POST', url, form.toString())
  }

  /** The URL to which it is sent when it opens this one. */
  async leave(url: string): Promise<string> {
    return leftBy(await this.open(url))
  }

  /** Sends the form of a page as it stands but for `fields`; a list ticks these boxes and no others. */
  submit(page: Page, fields: Record<string, string | string[] | undefined>, button?: string): Promise<Page> {
    const { $ } = page
    const pressed = $('button')
      .filter((_, one) => button === undefined || $(one).text() === button)
      .first()
    const form = pressed.closest('form')
    if (form.length === 0)
      throw new Error(`There is no button ${button ?? ''} on the page "${page.heading}".`)
    const sent = new URLSearchParams(form.serializeArray().map(({ name, value }) => [name, value]))
    const name = pressed.attr('name')
    if (name !== undefined) sent.set(name, pressed.attr('value') ?? '')
    for (const [field, value] of Object.entries(fields)) {
      const fixed = form
        .find(`input[type=hidden][name="${field}"]`)
        .map((_, one) => $(one).attr('value') ?? '')
      sent.delete(field)
      if (Array.isArray(value)) for (const one of [...fixed.get(), ...value]) sent.append(field, one)
      else if (value !== undefined) sent.set(field, value)
    }
    return this.post(new URL(form.attr('action') ?? '', page.url).href, sent)
  }

  async cookies(url: string): Promise<string[]> {
    return (await this.#jar.getCookies(url)).map(String)
  }

  async #go(method: string, url: string, body?: string): Promise<Page> {
    for (let turn = 0; turn < MAX_REDIRECTS; turn++) {
      const cookie = await this.#jar.getCookieString(url)
      const answer = await this.#bed.call({
        method,
        url,
        headers: {
          ...(cookie === '' ? {} : { cookie }),
          ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        },
        ...(body === undefined ? {} : { body }),
      })
      const set = answer.headers['set-cookie']?.split('\n') ?? []
      for (const one of set) await this.#jar.setCookie(one, url)
      const { location } = answer.headers
      if (answer.status < 300 || answer.status > 399 || typeof location !== 'string')
        return pageOf(url, answer)
      const next = new URL(location, url)
      if (!next.hostname.endsWith('.localhost')) return { ...pageOf(url, answer), left: next }
      ;[method, url, body] = ['GET', next.href, undefined]
    }
    throw new Error(`More than ${MAX_REDIRECTS} redirects, the last one to ${url}.`)
  }
}

function pageOf(url: string, answer: CallResponse): Page {
  const $ = load(answer.text)
  return { url, answer, $, heading: $('h1').text(), alert: $('[role=alert]').text().trim() }
}

/** @throws when it was not sent to somebody else, with what it shows instead */
export function leftBy({ left, heading, alert, answer }: Page): string {
  if (left) return left.href
  throw new Error(`The browser shows ${answer.status} "${heading}": ${alert || answer.text}`)
}

export interface Ways {
  username: string
  password: string
  /** Id of the record to choose. */
  patient?: string
  /** Scope tokens to allow, of those that can be left out. */
  approve?: string[]
  deny?: boolean
}

/** Opens the URL, does what each page asks for, until it is sent to the client. @returns that URL */
export async function signInThrough(browser: Browser, url: string, ways: Ways): Promise<string> {
  const { username, password, patient, approve, deny = false } = ways
  let page = await browser.open(url)
  for (let turn = 0; turn < 10 && !page.left; turn++) {
    if (page.alert !== '') break
    const { heading } = page
    if (heading === 'Sign in') page = await browser.submit(page, { username, password })
    else if (heading === 'Choose a record') page = await browser.submit(page, { patient })
    else if (heading !== 'Allow access?') break
    else page = await browser.submit(page, approve ? { scope: approve } : {}, deny ? 'Deny' : 'Allow')
  }
  return leftBy(page)
}

export const CALLBACK = CODE.redirect_uris[0]!
export const VERIFIER = 'a-verifier-of-the-client-that-is-long-enough'
/** S256 (RFC 7636 4.2). */
export const challengeOf = (verifier: string) => createHash('sha256').update(verifier).digest('base64url')

/** The URL of an authorization request that is good, but for what is changed; `undefined` leaves it out. */
export function authorizationUrl(
  server: { url: string },
  clientId: string,
  parameters: Record<string, string | undefined> = {},
): string {
  const all = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: CALLBACK,
    state: 'a state',
    code_challenge: challengeOf(VERIFIER),
    code_challenge_method: 'S256',
    ...parameters,
  }
  const given = Object.entries(all).filter((one): one is [string, string] => one[1] !== undefined)
  return `${server.url}/authorize?${new URLSearchParams(given)}`
}

export const personOf = (name: string, more: Partial<Person> = {}): Person => ({
  name,
  title: `${name.charAt(0).toUpperCase()}${name.slice(1)} Example`,
  username: name,
  password: `password of ${name}`,
  patients: [],
  claims: {},
  assurance: { identity: 2, authentication: 2 },
  ...more,
})

/** Ana has one record, Ben two, Cara none; Dora is staff. */
export const people: Record<string, Person> = {
  ana: personOf('ana', { patients: ['p1'], fhirUser: 'Patient/p1' }),
  ben: personOf('ben', { patients: ['p1', 'p2'] }),
  cara: personOf('cara'),
  dora: personOf('dora', { fhirUser: 'Practitioner/d1' }),
}

export const SCOPES =
  'openid fhirUser profile offline_access launch launch/patient patient/Patient.rs patient/Observation.rs user/Patient.rs'

/** Registers for all of SCOPES, and to be called back at CALLBACK, unless changed. @returns the client_id */
export async function registerApp(
  server: Server,
  credential: Credential,
  claims: Record<string, unknown> = {},
): Promise<string> {
  const grants = { ...CODE, grant_types: ['authorization_code', 'refresh_token'] }
  const statement = await signStatement(server, credential, {
    claims: { ...grants, scope: SCOPES, ...claims },
  })
  return ((await register(server, statement)).json() as { client_id: string }).client_id
}

/** A server that knows these persons, and a client that may ask for all that it has. */
export async function startSignIn(bed: Bed, options: Options = {}) {
  const community = await startCommunity(bed)
  const credential = await community.issue([CLIENT_URI])
  const server: Server = await startAuthorizationServer(bed, {
    communities: [community],
    ...options,
    context: { people, ...options.context },
    with: {
      grants: ['authorization_code', 'refresh_token', 'client_credentials'],
      scopes: [...SCOPES.split(' '), 'system/Patient.rs'],
      users: Object.keys(people),
      ...options.with,
    },
  })
  const clientId = await registerApp(server, credential)
  return { community, credential, server, clientId }
}
