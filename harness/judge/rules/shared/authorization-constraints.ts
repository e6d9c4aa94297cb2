/** What an authorization server refuses of a request, and how (RFC 6749 4.1.2.1, RFC 7636 4.4.1, guide 7.2). */
import { allOf } from './all-of.ts'
import { isSent } from './authorization-request.ts'
import { invalidRequest, stateEchoed } from './authorization-response.ts'
import { onlyS256 } from './pkce.ts'

export const stateRequired = invalidRequest('state', (asked) => !isSent(asked, 'state'), 'no state')

export const challengeRequired = invalidRequest(
  'code_challenge',
  (asked) => !isSent(asked, 'code_challenge'),
  'no code_challenge',
)

export const methodRefused = invalidRequest(
  'code_challenge',
  (asked) => isSent(asked, 'code_challenge') && asked.code_challenge_method !== 'S256',
  'a code_challenge_method other than S256',
)

/** Of parameters that a server does not know it need not know how often they come. */
const known = ['response_type', 'scope', 'state', 'code_challenge', 'code_challenge_method']

export const repeatedRefused = invalidRequest(
  'once',
  (asked) => known.some((name) => Array.isArray(asked[name])),
  'a parameter that comes twice',
)

/** The SHALLs of 7.2; that a request without challenge is refused is a SHOULD. */
export const serverConstraints = allOf(stateRequired, stateEchoed, onlyS256)
