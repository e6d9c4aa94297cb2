/** The refresh token of a token request (RFC 6749 6): it rotates, and one that comes again ends all (RFC 9700 4.14.2). */
import { scopeTokens } from '../../../wire/oauth.ts'
import type { Check } from '../../checks.ts'
import { refuse } from '../form-request.ts'
import { issuerOf } from '../jwt.ts'
import { grants } from './scopes.ts'
import type { TokenRequest } from './token-request.ts'

export const refreshTokenChecks: Check<TokenRequest>[] = [
  {
    name: 'token-refresh-token',
    refs: ['b2b-x07'],
    breaks: ['b2b-x07', 'b2b-060', 'con-031'],
    run({ form }) {
      if (!form.has('refresh_token')) refuse('invalid_request', 'refresh_token is missing.')
    },
  },
  {
    name: 'refresh-token-known',
    refs: ['b2b-x07'],
    breaks: ['b2b-x07', 'b2b-060', 'con-031'],
    run(subject) {
      subject.refreshToken = subject.server.grants.refreshTokenOf(subject.form.get('refresh_token') ?? '')
      subject.family = subject.refreshToken?.family
      subject.scopes = subject.family?.grant.scopes ?? subject.client?.scopes ?? []
      if (!subject.refreshToken) refuse('invalid_grant', 'The refresh token was not issued here.')
    },
  },
  {
    name: 'refresh-token-client',
    refs: ['b2b-x07'],
    breaks: ['b2b-x07', 'b2b-060', 'con-031'],
    run({ family, jwt }) {
      if (family && family.grant.clientId !== issuerOf(jwt)) {
        refuse('invalid_grant', 'The refresh token was issued to another client.')
      }
    },
  },
  {
    name: 'refresh-token-expiry',
    refs: ['b2b-x07'],
    run({ refreshToken, server }) {
      if (refreshToken && refreshToken.expiresS <= server.runtime.nowS()) {
        refuse('invalid_grant', 'The refresh token has expired.')
      }
    },
  },
  {
    name: 'refresh-token-ended',
    refs: ['b2b-x07'],
    run({ family }) {
      if (family && !family.alive()) refuse('invalid_grant', 'What the refresh token stands for was ended.')
    },
  },
  {
    name: 'refresh-token-scope',
    refs: ['b2b-x07', 'b2b-x16'],
    breaks: ['b2b-x16'],
    run(subject) {
      const requested = subject.form.get('scope')
      if (requested === undefined) return
      const granted = subject.scopes
      subject.scopes = scopeTokens(requested)
      const more = subject.scopes.find((token) => !grants(granted, token))
      if (more !== undefined) refuse('invalid_scope', 'scope has more than was granted with the code.')
    },
  },
  {
    // The last one: a request that is refused for something else leaves the token good.
    name: 'refresh-token-unused',
    refs: ['b2b-x07'],
    run(subject) {
      const { refreshToken } = subject
      if (!refreshToken) return
      if (refreshToken.use()) return
      subject.reused = refreshToken.family
      refuse('invalid_grant', 'The refresh token was used before.')
    },
  },
]
