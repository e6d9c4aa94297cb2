import { isRefusal } from '../../history.ts'
import type { Rule } from '../../rule.ts'
import { statementOf } from '../../statement.ts'
import { answerOf, words } from '../../words.ts'
import { answersCancellation, isAccepted } from '../shared/accepted.ts'
import { isFlawless } from '../shared/flawless.ts'
import { metadataPublished } from '../shared/metadata-published.ts'
import { noneSupported, unsupportedWildcard } from '../shared/unsupported-scopes.ts'

/** A registration for scopes that nobody can have is refused with invalid_client_metadata (guide 7.3, item 10). */
export const rule: Rule = {
  id: 'gen-041',
  on: ['registration-response'],
  judge(message, view) {
    const scope = statementOf(message, view.history)?.body?.scope
    const metadata = metadataPublished(message, 'registration_endpoint', view)
    if (!metadata || typeof scope !== 'string' || answersCancellation(message, view)) return undefined
    if (!unsupportedWildcard(scope, metadata) && !noneSupported(scope, metadata)) return undefined
    if (message.body?.error === 'invalid_client_metadata') return 'met'
    const refusedForIt = isRefusal(message.status) && isFlawless(message, view)
    if (!isAccepted(message) && !refusedForIt) return undefined
    return {
      expected: `invalid_client_metadata for the scope ${words(scope)}, which the server does not support`,
      seen: answerOf(message.hop),
    }
  },
}
