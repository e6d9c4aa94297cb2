/** UserInfo endpoint (OpenID Connect Core 5.3; RFC 6750 2.1 and 3; UDAP Tiered OAuth 4.4). */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { bearerToken, scopeTokens } from '../../../wire/oauth.ts'
import { type Check, Refusal, runChecks } from '../../checks.ts'
import { answering, send } from '../answer.ts'
import type { Server } from '../server.ts'
import type { TokenClaims } from '../token/access-token.ts'
import { claimsAbout } from './claims.ts'

interface UserInfoRequest {
  server: Server
  authorization: string | undefined
  token: string
  /** What the token says. */
  claims: TokenClaims
}

export const userinfoChecks: Check<UserInfoRequest>[] = [
  {
    name: 'userinfo-authorization',
    refs: [],
    run(subject) {
      subject.token = bearerToken(subject.authorization ?? '') ?? ''
      // RFC 6750 3.1: who sends nothing is told nothing but the scheme.
      const error = subject.authorization === undefined ? undefined : 'invalid_request'
      if (subject.token === '')
        refuse(error ? 400 : 401, error, 'An access token must be sent as Authorization: Bearer.')
    },
  },
  {
    name: 'userinfo-token',
    refs: [],
    run(subject) {
      const claims = subject.server.accessTokens.claimsOf(subject.token)
      subject.claims = claims ?? {}
      if (!claims) refuse(401, 'invalid_token', 'The access token is unknown here, or has ended.')
    },
  },
  {
    name: 'userinfo-scope',
    refs: [],
    run({ claims }) {
      if (!scopesOf(claims).includes('openid'))
        refuse(403, 'insufficient_scope', 'The access token does not have the scope openid.', 'openid')
    },
  },
  {
    name: 'userinfo-person',
    refs: [],
    run({ claims, server }) {
      if (!server.accounts.bySubject(String(claims.sub)))
        refuse(401, 'invalid_token', 'The access token is not that of a person.')
    },
  },
]

export function userinfo(server: Server) {
  return (request: FastifyRequest, reply: FastifyReply) =>
    answering(reply, async () => {
      const { authorization } = request.headers
      const subject: UserInfoRequest = { server, authorization, token: '', claims: {} }
      await runChecks(userinfoChecks, subject, server.runtime.faults)
      const { sub } = subject.claims
      const draft = {
        ...claimsAbout(server, String(sub), scopesOf(subject.claims)),
        iss: server.issuer,
        sub,
      }
      return send(reply, 200, await server.runtime.make('userinfo-response', draft, JSON.stringify))
    })
}

const scopesOf = ({ scope }: TokenClaims): string[] => scopeTokens(typeof scope === 'string' ? scope : '')

function refuse(status: number, error: string | undefined, message: string, scope?: string): never {
  const attributes = Object.entries({ realm: 'userinfo endpoint', error, scope })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}="${value}"`)
  throw new Refusal(message, {
    status,
    error: error ?? 'invalid_token',
    headers: { 'www-authenticate': `Bearer ${attributes.join(', ')}` },
  })
}
