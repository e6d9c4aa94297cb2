import { isStrings } from '../../../../wire/json.ts'
import { scopeTokens } from '../../../../wire/oauth.ts'
import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { metadataRead } from '../shared/metadata-read.ts'
import { isWildcard } from '../shared/smart-scopes.ts'

/** A wildcard scope may be asked for where scopes_supported shows wildcards. */
export const rule: Rule = {
  id: 'gen-034',
  on: ['software-statement', 'authorization-request', 'token-request'],
  judge(message, { history }) {
    const scope = message.body?.scope
    const supported = metadataRead(message, history)?.scopes_supported
    if (typeof scope !== 'string' || !isStrings(supported)) return undefined
    const wildcard = scopeTokens(scope).find(isWildcard)
    if (wildcard === undefined) return 'unused'
    if (supported.some(isWildcard)) return 'met'
    return { expected: 'no wildcard, as scopes_supported shows none', seen: words(wildcard) }
  },
}
