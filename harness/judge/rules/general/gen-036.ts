import { isRefusal } from '../../history.ts'
import type { Message } from '../../message.ts'
import type { Finding, Rule, View } from '../../rule.ts'
import { statementOf } from '../../statement.ts'
import { answerOf } from '../../words.ts'
import { answersCancellation, isAccepted } from '../shared/accepted.ts'
import { isFlawless } from '../shared/flawless.ts'
import { metadataPublished } from '../shared/metadata-published.ts'
import { unsupportedWildcard } from '../shared/unsupported-scopes.ts'

/** Who asks for a wildcard where there are none gets an error, at registration as for a token (guide 7.3, item 5). */
export const rule: Rule = {
  id: 'gen-036',
  on: ['registration-response', 'token-response'],
  judge: (message, view) =>
    message.kind === 'token-response' ? judgeToken(message, view) : judgeRegistration(message, view),
}

function judgeRegistration(message: Message, view: View): Finding | undefined {
  const scope = statementOf(message, view.history)?.body?.scope
  const metadata = metadataPublished(message, 'registration_endpoint', view)
  if (!metadata || typeof scope !== 'string' || answersCancellation(message, view)) return undefined
  const wildcard = unsupportedWildcard(scope, metadata)
  return wildcard
    ? judged(message, wildcard, 'invalid_client_metadata', isFlawless(message, view))
    : undefined
}

/** That another code has another reason cannot be told from a token request. */
function judgeToken(message: Message, view: View): Finding | undefined {
  const scope = message.of?.body?.scope
  const metadata = metadataPublished(message, 'token_endpoint', view)
  const wildcard = metadata && typeof scope === 'string' ? unsupportedWildcard(scope, metadata) : undefined
  return wildcard ? judged(message, wildcard, 'invalid_scope', false) : undefined
}

function judged(message: Message, wildcard: string, code: string, onlyThat: boolean): Finding | undefined {
  const error = message.body?.error
  if (error === code) return 'met'
  if (!isAccepted(message) && !(onlyThat && isRefusal(message.status))) return undefined
  return {
    expected: `${code} for the scope ${wildcard}, as the server supports no wildcards`,
    seen: answerOf(message.hop),
  }
}
