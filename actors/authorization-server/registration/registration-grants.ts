/** The claims of a software statement that depend on its grant types (guide, Registration 3.1). */
import { isStrings } from '../../../wire/json.ts'
import { type Check, Refusal } from '../../checks.ts'
import { URI } from '../uri.ts'
import { cancels, invalidMetadata, type Registering } from './registration-request.ts'

const FLOWS = ['authorization_code', 'client_credentials']
const MAX_REDIRECT_URIS = 50
const MAX_URI_LENGTH = 2000

export const grantTypes: Check<Registering> = {
  name: 'grant-types',
  refs: ['reg-023', 'reg-035'],
  breaks: ['reg-035'],
  run(subject) {
    const list = subject.jwt.claims.grant_types
    if (isStrings(list)) subject.grantTypes = list
    if (cancels(subject)) return
    const supported: readonly string[] = subject.server.with.grants
    if (!isStrings(list) || list.filter((grant) => FLOWS.includes(grant)).length !== 1) {
      throw invalidMetadata(`grant_types must be an array with one of: ${FLOWS.join(', ')}.`)
    }
    const unsupported = list.find((grant) => !supported.includes(grant))
    if (unsupported !== undefined) {
      throw invalidMetadata(
        `The grant type ${unsupported} is not supported here; supported: ${supported.join(', ')}.`,
      )
    }
  },
}

export const refreshTokenGrant: Check<Registering> = {
  name: 'refresh-token-grant',
  refs: ['reg-024', 'reg-035'],
  breaks: ['reg-035'],
  run({ grantTypes: list }) {
    if (list.includes('refresh_token') && list.includes('client_credentials')) {
      throw invalidMetadata('The grant type refresh_token is for the authorization_code grant only.')
    }
  },
}

export const responseTypes: Check<Registering> = {
  name: 'response-types',
  refs: ['reg-025', 'reg-026', 'reg-035'],
  breaks: ['reg-035'],
  run(subject) {
    if (cancels(subject)) return
    const { claims } = subject.jwt
    const list = claims.response_types
    if (!usesCode(subject)) {
      if (!Object.hasOwn(claims, 'response_types')) return
      throw invalidMetadata('response_types is for the authorization_code grant only.')
    }
    if (!isStrings(list) || list.length !== 1 || list[0] !== 'code') {
      throw invalidMetadata('response_types must be an array with code alone.')
    }
  },
}

export const redirectUris: Check<Registering> = {
  name: 'redirect-uris',
  refs: ['reg-016', 'reg-017', 'reg-018', 'reg-035'],
  breaks: ['reg-035'],
  run(subject) {
    if (cancels(subject)) return
    const { claims } = subject.jwt
    const list = claims.redirect_uris
    if (!usesCode(subject)) {
      if (!Object.hasOwn(claims, 'redirect_uris')) return
      throw invalidMetadata('redirect_uris is for the authorization_code grant only.')
    }
    if (!isStrings(list) || list.length === 0 || list.length > MAX_REDIRECT_URIS) {
      throw invalidRedirect(`redirect_uris must be an array of 1 to ${MAX_REDIRECT_URIS} URIs.`)
    }
    const { httpRedirects } = subject.server.policy
    const isGood = (uri: string) => isHttps(uri) || (httpRedirects === 'loopback' && isLocalHttp(uri))
    const bad = list.findIndex((uri) => !isGood(uri) || uri.includes('#'))
    if (bad >= 0) {
      throw invalidRedirect(
        `redirect_uris[${bad}] is no https URI without fragment of up to ${MAX_URI_LENGTH} characters.`,
      )
    }
  },
}

/** OpenID Connect RP-Initiated Logout 3.1 */
export const postLogoutRedirectUris: Check<Registering> = {
  name: 'post-logout-redirect-uris',
  refs: ['reg-035'],
  run({ jwt: { claims } }) {
    if (!Object.hasOwn(claims, 'post_logout_redirect_uris')) return
    const list = claims.post_logout_redirect_uris
    const good = (uri: string) => isHttps(uri) && !uri.includes('#')
    if (!isStrings(list) || list.length > MAX_REDIRECT_URIS || !list.every(good)) {
      throw invalidMetadata(
        `post_logout_redirect_uris must be an array of at most ${MAX_REDIRECT_URIS} https URIs without fragment.`,
      )
    }
  },
}

/** With client credentials nobody is shown a logo: then it is taken as it is. */
export const logoUri: Check<Registering> = {
  name: 'logo-uri',
  refs: ['reg-020', 'reg-022', 'reg-035'],
  breaks: ['reg-035'],
  run(subject) {
    const { logo_uri: logo } = subject.jwt.claims
    if (usesCode(subject) && !(typeof logo === 'string' && isHttps(logo))) {
      throw invalidMetadata('logo_uri must be an https URI when grant_types has authorization_code.')
    }
  },
}

/** RFC 7591 2.2 */
function invalidRedirect(message: string): Refusal {
  return new Refusal(message, { status: 400, error: 'invalid_redirect_uri' })
}

export function usesCode({ grantTypes: list }: Registering): boolean {
  return list.includes('authorization_code')
}

export const isHttps = (uri: string): boolean => urlOf(uri)?.protocol === 'https:'

function isLocalHttp(uri: string): boolean {
  const { protocol, hostname } = urlOf(uri) ?? {}
  return protocol === 'http:' && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname ?? '')
}

const urlOf = (uri: string): URL | undefined =>
  uri.length <= MAX_URI_LENGTH && URI.test(uri) ? (URL.parse(uri) ?? undefined) : undefined
