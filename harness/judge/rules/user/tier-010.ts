import { isStrings, type Json } from '../../../../wire/json.ts'
import { isRefusal } from '../../history.ts'
import { clockMs } from '../../hops.ts'
import type { Message } from '../../message.ts'
import type { Rule, View } from '../../rule.ts'
import { statementOf } from '../../statement.ts'
import { isFromProvider } from '../../tiered.ts'
import { signatureFlaw } from '../../trust.ts'
import { words } from '../../words.ts'
import { SKEW_S } from '../shared/skew.ts'

/** A data holder registers with an identity provider as any client does (guide 6.2, 3). */
export const rule: Rule = {
  id: 'tier-010',
  on: ['registration-response'],
  judges: 'reader',
  judge(message, view) {
    if (!isFromProvider(message, view.history)) return undefined
    const flaw = flawOf(message, view)
    if (flaw === undefined) return isRefusal(message.status) ? undefined : 'met'
    return { expected: 'the data holder to register as guide 3 wants it', seen: flaw }
  },
}

function flawOf(response: Message, { history }: View): string | undefined {
  const udap: Json | undefined = response.of?.body?.udap
  if (udap !== '1') return `udap ${words(udap)} instead of "1"`
  const statement = statementOf(response, history)
  if (!statement?.jwt) return 'no software statement that is a JWT'
  const { grant_types, redirect_uris, exp } = statement.jwt.claims
  const nowS = clockMs(response.hop, 'to') / 1000
  if (typeof exp !== 'number' || exp <= nowS - SKEW_S) return `a software statement with exp ${words(exp)}`
  if (!isStrings(grant_types) || !grant_types.includes('authorization_code'))
    return `grant_types ${words(grant_types)}, without authorization_code`
  if (!isStrings(redirect_uris) || redirect_uris.length === 0) return `redirect_uris ${words(redirect_uris)}`
  return signatureFlaw(statement.jwt)
}
