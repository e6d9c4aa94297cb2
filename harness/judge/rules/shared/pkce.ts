/** Whether code_verifier and code_challenge belong together (RFC 7636 4.1 to 4.6). */
import { createHash } from 'node:crypto'
import { type History, isRefusal, isSuccess, responseWithCode } from '../../history.ts'
import type { Message } from '../../message.ts'
import type { Rule } from '../../rule.ts'
import { assertionOf } from '../../statement.ts'
import { signatureFlaw } from '../../trust.ts'
import { words } from '../../words.ts'
import { isSent } from './authorization-request.ts'
import { isCode } from './authorization-response.ts'
import { repeatedParameter } from './once.ts'
import { assertionTypeSent, udapSent } from './token-form.ts'

/** The authorization request whose code a token request brings, when it came with a challenge. */
function challenged(tokenRequest: Message, history: History): Message | undefined {
  const { body } = tokenRequest
  if (body?.grant_type !== 'authorization_code' || typeof body.code !== 'string') return undefined
  const request = responseWithCode(body.code, tokenRequest, history)?.of
  return isSent(request?.body, 'code_challenge') ? request : undefined
}

const challengeOf = (verifier: string) => createHash('sha256').update(verifier).digest('base64url')

/** What is wrong with the verifier of a token request for a challenge, in words. */
export function wrongVerifier(tokenRequest: Message, history: History): string | undefined {
  const request = challenged(tokenRequest, history)
  return request && verifierFlaw(tokenRequest, request)
}

function verifierFlaw(tokenRequest: Message, { body }: Message): string | undefined {
  const verifier = tokenRequest.body?.code_verifier
  if (verifier === undefined || verifier === '') return 'no code_verifier'
  if (typeof verifier !== 'string') return `code_verifier ${words(verifier, 'code_verifier')}`
  const { code_challenge, code_challenge_method } = body!
  if (
    code_challenge_method === 'S256' ? challengeOf(verifier) === code_challenge : verifier === code_challenge
  )
    return undefined
  return 'a code_verifier that does not give the code_challenge of the authorization request'
}

/** The client that asked brings the verifier of its own challenge. */
export const verifierBrought: Rule['judge'] = (message, { history }) => {
  const request = challenged(message, history)
  // Who trades the code of somebody else has no verifier to bring.
  if (!request || request.author !== message.author) return undefined
  const flaw = verifierFlaw(message, request)
  return flaw === undefined ? 'met' : { expected: 'the code_verifier of the code_challenge', seen: flaw }
}

/** A server gives no token for a challenge without its verifier. */
export const verifierChecked: Rule['judge'] = (message, { history }) => {
  const request = message.of && challenged(message.of, history)
  if (!request) return undefined
  const flaw = verifierFlaw(message.of!, request)
  if (flaw === undefined) return isSuccess(message.status) ? 'met' : undefined
  if (!isSuccess(message.status)) return isRefusal(message.status) ? 'met' : undefined
  return { expected: `no token for a token request with ${flaw}`, seen: String(message.status) }
}

/** Errors about whoever asks, which comes before what is asked for. */
const aboutClient = ['invalid_client', 'unauthorized_client', 'unsupported_grant_type']

/** ... and says `invalid_grant` (RFC 7636 4.6). */
export const invalidGrantForVerifier: Rule['judge'] = (message, view) => {
  const { of, status, body } = message
  const request = of && challenged(of, view.history)
  const flaw = request && verifierFlaw(of, request)
  if (!of || flaw === undefined) return undefined
  const expected = `error=invalid_grant for a token request with ${flaw}`
  if (isSuccess(status)) return { expected, seen: String(status) }
  const error = body?.error
  if (error === 'invalid_grant') return 'met'
  if (!isRefusal(status) || typeof error !== 'string' || aboutClient.includes(error)) return undefined
  const assertion = assertionOf(message, view.history)
  // UDAP JWT-Based Client Authentication 7.2 has invalid_request for a bad signature.
  const isWhole = [repeatedParameter, udapSent, assertionTypeSent].every((judge) => judge(of, view) === 'met')
  const sound = isWhole && assertion?.jwt && !signatureFlaw(assertion.jwt)
  return sound ? { expected, seen: `error=${words(error)}` } : undefined
}

/** No code for a challenge by another method: then S256 is not what is used. */
export const onlyS256: Rule['judge'] = (message) => {
  const asked = message.of?.body
  if (!isSent(asked, 'code_challenge') || !isCode(message)) return undefined
  const { code_challenge_method: method } = asked!
  if (method === 'S256') return 'met'
  const seen = `a code, for ${isSent(asked, 'code_challenge_method') ? words(method) : 'no'} method`
  return { expected: 'no code for a code_challenge without S256', seen }
}
