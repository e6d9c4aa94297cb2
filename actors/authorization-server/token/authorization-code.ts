/** The authorization code of a token request (RFC 6749 4.1.3; RFC 7636 4.6; RFC 9700 2.1.1 and 4.5). */
import type { Check } from '../../checks.ts'
import { codeChallengeOf } from '../../pkce.ts'
import { refuse } from '../form-request.ts'
import { issuerOf } from '../jwt.ts'
import type { TokenRequest } from './token-request.ts'

/** RFC 7636 4.1. */
const VERIFIER = /^[A-Za-z0-9\-._~]{43,128}$/

export const codeChecks: Check<TokenRequest>[] = [
  {
    name: 'token-code',
    refs: ['b2b-x07'],
    breaks: ['b2b-x07', 'b2b-060', 'con-031'],
    run({ form }) {
      if (!form.has('code')) refuse('invalid_request', 'code is missing.')
    },
  },
  {
    name: 'code-known',
    refs: ['b2b-048', 'con-026'],
    breaks: ['b2b-x07', 'b2b-060', 'con-031'],
    run(subject) {
      subject.code = subject.server.grants.codeOf(subject.form.get('code') ?? '')
      subject.family = subject.code?.family
      subject.scopes = subject.family?.grant.scopes ?? subject.client?.scopes ?? []
      if (!subject.code) refuse('invalid_grant', 'The code was not issued here.')
    },
  },
  {
    name: 'code-client',
    refs: ['b2b-x07'],
    breaks: ['b2b-x07', 'b2b-060', 'con-031'],
    run({ code, jwt }) {
      if (code && code.family.grant.clientId !== issuerOf(jwt)) {
        refuse('invalid_grant', 'The code was issued to another client.')
      }
    },
  },
  {
    name: 'code-redirect-uri',
    refs: ['b2b-049', 'con-027'],
    breaks: ['b2b-x07', 'b2b-060', 'con-031'],
    run({ code, form }) {
      if (!code) return
      const expected = code.binding.redirectUri
      if (form.get('redirect_uri') === expected) return
      const message =
        expected === undefined
          ? 'redirect_uri must be left out, as in the authorization request.'
          : 'redirect_uri must be the one of the authorization request, to the letter.'
      refuse('invalid_grant', message)
    },
  },
  {
    name: 'code-verifier',
    refs: ['gen-029', 'gen-031', 'con-032', 'b2b-061'],
    breaks: ['gen-029', 'gen-031', 'con-008', 'b2b-009', 'con-032', 'b2b-061', 'b2b-060', 'con-031'],
    run({ code, form }) {
      const challenge = code?.binding.codeChallenge
      if (challenge === undefined) return
      const verifier = form.get('code_verifier')
      if (verifier === undefined) refuse('invalid_grant', 'code_verifier is missing.')
      if (codeChallengeOf(verifier) !== challenge) {
        refuse('invalid_grant', 'code_verifier does not fit the code_challenge of the authorization request.')
      }
    },
  },
  {
    name: 'code-verifier-form',
    refs: ['gen-028'],
    run({ form }) {
      const verifier = form.get('code_verifier')
      if (verifier !== undefined && !VERIFIER.test(verifier)) {
        refuse('invalid_grant', 'code_verifier must be 43 to 128 letters, digits, and - . _ ~ only.')
      }
    },
  },
  {
    // RFC 9700 2.1.1: else whoever removed the challenge from the authorization request would not be noticed.
    name: 'code-verifier-unasked',
    refs: ['gen-029'],
    run({ code, form }) {
      if (code && code.binding.codeChallenge === undefined && form.has('code_verifier')) {
        refuse('invalid_grant', 'There was no code_challenge for this code_verifier.')
      }
    },
  },
  {
    name: 'code-ended',
    refs: ['b2b-x07'],
    run({ family }) {
      if (family && !family.alive()) refuse('invalid_grant', 'What the code stands for was ended.')
    },
  },
  {
    // After what only the client of the code can know, so that nobody else uses it up.
    name: 'code-unused',
    refs: ['b2b-x08'],
    breaks: ['b2b-x08', 'b2b-060', 'con-031'],
    run(subject) {
      const { code } = subject
      if (!code) return
      const again = code.used
      code.used = true
      if (!again) return
      subject.reused = code.family
      refuse('invalid_grant', 'The code was used before.')
    },
  },
  {
    name: 'code-expiry',
    refs: ['b2b-x08', 'b2b-x15'],
    breaks: ['b2b-x15'],
    run({ code, server }) {
      if (code && code.expiresS <= server.runtime.nowS()) refuse('invalid_grant', 'The code has expired.')
    },
  },
]
