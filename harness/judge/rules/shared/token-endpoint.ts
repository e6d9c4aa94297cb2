/** Rules of the token endpoint that the consumer page and the B2B page have alike. */
import type { RuleId } from '../../../../spec/types.ts'
import { decodeJwt } from '../../../../wire/jwt.ts'
import { isRefusal, isSuccess } from '../../history.ts'
import type { Finding, Rule } from '../../rule.ts'
import { errorGiven, tokenGiven } from './token-answer.ts'
import { allReasons, denied } from './token-denial.ts'
import { type TokenRequest, tokenRequestOf } from './token-request.ts'

type Applies = (request: TokenRequest) => boolean

const onResponse = (
  id: RuleId,
  applies: Applies,
  judge: (request: TokenRequest) => Finding | undefined,
): Rule => ({
  id,
  on: ['token-response'],
  judge(response, view) {
    const request = tokenRequestOf(response, view)
    return request && applies(request) ? judge(request) : undefined
  },
})

/** UDAP JWT Client Auth 6 and 7: what must be denied is, and every answer has the shape of RFC 6749. */
export const answersToken = (id: RuleId, applies: Applies): Rule =>
  onResponse(id, applies, (request) => {
    const shape = errorGiven(request.response) ?? tokenGiven(request.response)
    const denial = denied(request, allReasons)
    return typeof denial === 'object' ? denial : shape
  })

/** At most an hour, by expires_in and by what the token itself says, if it is a JWT. */
export const livesShortly = (id: RuleId, applies: Applies): Rule =>
  onResponse(id, applies, ({ response: { status, body }, view: { parameters } }) => {
    if (!isSuccess(status) || !body) return undefined
    const { access_token, expires_in } = body
    const { iat, exp } = (typeof access_token === 'string' && decodeJwt(access_token)?.claims) || {}
    const byItself = typeof iat === 'number' && typeof exp === 'number' ? exp - iat : undefined
    const longest = parameters.token.maxLifetimeS
    const expected = `an access token for at most ${longest} s`
    if (typeof expires_in === 'number' && expires_in > longest)
      return { expected, seen: `expires_in ${expires_in}` }
    if (byItself !== undefined && byItself > longest)
      return { expected, seen: `a token whose exp is ${byItself} s after its iat` }
    return typeof expires_in === 'number' || byItself !== undefined ? 'met' : undefined
  })

/** With a code, and only with one: a client that has the right to a token by itself can ask again. */
export const givesRefreshToken = (id: RuleId, applies: Applies): Rule =>
  onResponse(id, applies, ({ response: { status, body }, body: { grant_type } }) => {
    if (!isSuccess(status) || grant_type !== 'authorization_code') return undefined
    return body?.refresh_token === undefined ? 'unused' : 'met'
  })

/** Claims that the profiles, RFC 7519 and RFC 7523 have for an assertion. */
const known = ['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'extensions']

/** Does a server that gets a claim that nobody knows go on? */
export const ignoresClaims = (id: RuleId, applies: Applies): Rule =>
  onResponse(id, applies, ({ claims, response: { status } }) => {
    if (Object.keys(claims).every((name) => known.includes(name))) return undefined
    if (isSuccess(status)) return 'met'
    return isRefusal(status) ? 'unused' : undefined
  })
