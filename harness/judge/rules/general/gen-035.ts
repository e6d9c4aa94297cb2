import { isStrings } from '../../../../wire/json.ts'
import { scopeTokens } from '../../../../wire/oauth.ts'
import { type History, isSuccess, responseWithCode } from '../../history.ts'
import type { Message } from '../../message.ts'
import type { Rule } from '../../rule.ts'
import { statementOf } from '../../statement.ts'
import { words } from '../../words.ts'
import { metadataRead } from '../shared/metadata-read.ts'
import { covers, isWildcard } from '../shared/smart-scopes.ts'

/** A supported wildcard that was asked for comes back as it is, or as what was granted of it. */
export const rule: Rule = {
  id: 'gen-035',
  on: ['registration-response', 'token-response'],
  judge(message, { history }) {
    const { of, body, status } = message
    const supported = of && metadataRead(of, history)?.scopes_supported
    if (!isSuccess(status) || !isStrings(supported)) return undefined
    const [wildcard] = askedFor(message, history).filter(
      (token) => isWildcard(token) && supported.some((one) => covers(one, token)),
    )
    if (wildcard === undefined) return undefined
    // RFC 6749 5.1: a token response without scope says that it is the one that was asked for.
    const granted = body?.scope ?? (message.kind === 'token-response' ? wildcard : '')
    if (typeof granted !== 'string') return undefined
    if (scopeTokens(granted).some((token) => covers(wildcard, token))) return 'met'
    // A person may have declined it.
    if (of?.body?.grant_type === 'authorization_code') return undefined
    return { expected: `${wildcard}, or what is granted of it`, seen: `scope ${words(granted)}` }
  },
}

function askedFor(message: Message, history: History): string[] {
  const { of, kind } = message
  const asked =
    kind === 'registration-response'
      ? statementOf(message, history)?.body?.scope
      : (of?.body?.scope ?? (of && responseWithCode(of.body?.code, of, history)?.of?.body?.scope))
  return typeof asked === 'string' ? scopeTokens(asked) : []
}
