/** The authorization response as the browser sees it: the redirect that leaves for the app. */
import type { Json, JsonObject } from '../../wire/json.ts'
import type { ActResult, Context } from '../actor.ts'
import { present } from '../client/answer.ts'
import type { Visit } from './browser.ts'
import { pageKind, type Walk } from './walk.ts'

/** Of an authorization request; undefined for any other URL. */
export function redirectUriOf(url: string): string | undefined {
  const query = URL.parse(url)?.searchParams
  return query?.has('client_id') ? (query.get('redirect_uri') ?? undefined) : undefined
}

/** Does it leave for the app? Where no request named a redirect URI, any client app of the case is meant. */
export function isAnswer({ location }: Visit, redirectUri: string | undefined, { peers }: Context): boolean {
  if (location === undefined) return false
  const apps = Object.values(peers).filter(({ kind }) => kind === 'client-app')
  const uris =
    redirectUri === undefined ? apps.flatMap(({ endpoints }) => endpoints.redirect ?? []) : [redirectUri]
  return uris.some((uri) => {
    // As a browser sees URLs: what servers must compare as strings (RFC 6749 3.1.2.3) has been compared by now.
    const whole = URL.parse(uri)?.href ?? uri
    return location === whole || (location.startsWith(whole) && '?#&'.includes(location[whole.length]!))
  })
}

/** The parameters of the answer that scenarios read. */
const parameters = ['code', 'state', 'error', 'error_description', 'iss']

export const outputs = {
  status: 'HTTP status of the answer',
  url: 'where the browser is in the end',
  title: 'title of the last page',
  page: 'what page that is: sign-in, patient, consent, providers, continue, error, app or other',
  code: 'authorization code, when the answer has one',
  state: 'state, when the answer has one',
  error: 'error code, when the answer has one',
  error_description: 'what the server says about it',
  iss: 'issuer, when the answer says (RFC 9207)',
  scopes: 'scopes that the consent page offered, when there was one',
  failure: 'why the page of the app could not be shown, when it could not',
  screenshots: 'pictures of the pages, as paths in the output folder; Chromium takes them',
}

export function resultOf(walk: Walk): ActResult {
  const { left, page, visits, scopes, screenshots } = walk
  const answer = left ?? visits.findLast(({ hop }) => hop !== undefined)
  const values: Record<string, Json | undefined> = {
    status: answer?.status,
    url: page.url,
    title: page.title,
    page: pageKind(walk),
    ...sent(left?.location),
    scopes,
    failure: left && visits.at(-1)?.failure,
    screenshots,
  }
  return { outputs: present(values), ...(answer?.hop === undefined ? {} : { answer: answer.hop }) }
}

/** In the query, or in the fragment with response_mode=fragment. */
function sent(location: string | undefined): JsonObject {
  if (location === undefined) return {}
  const { searchParams, hash } = new URL(location)
  const all = new URLSearchParams([...searchParams, ...new URLSearchParams(hash.slice(1))])
  return Object.fromEntries(parameters.flatMap((name) => (all.has(name) ? [[name, all.get(name)]] : [])))
}
