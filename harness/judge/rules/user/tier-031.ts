import { isObject } from '../../../../wire/json.ts'
import { fromBase64url, repeatsMember } from '../../../../wire/parse.ts'
import type { StageCase } from '../../../trace/trace.ts'
import type { Message } from '../../message.ts'
import type { Rule } from '../../rule.ts'
import { clientRequestOf, isFromProvider, otherSignIn, outcomeOf, providerRequestOf } from '../../tiered.ts'
import { words } from '../../words.ts'
import { unbelievable } from '../shared/id-token.ts'

/** Of a person whom the data holder does not know the client hears access_denied (guide 6.3). */
export const rule: Rule = {
  id: 'tier-031',
  on: ['id-token'],
  judges: 'reader',
  judge(message, { history, stage }) {
    if (!isFromProvider(message, history) || unbelievable(message, history) !== undefined) return undefined
    if (isKnown(message, stage) !== false) return undefined
    const request = providerRequestOf(message, history)
    const client = request && clientRequestOf(request, history)
    const outcome = outcomeOf(client, history)
    if (!client || !outcome || otherSignIn(client, message, history)) return undefined
    const { code, error } = outcome.body ?? {}
    if (error === 'access_denied') return 'met'
    const expected = 'error=access_denied, as the data holder does not know the person'
    return { expected, seen: code === undefined ? words(error) : 'a code', at: outcome }
  },
}

/** By what the data holder told when it started; undefined where it said nothing, or nobody is named for certain. */
function isKnown({ reader, jwt, body }: Message, { actors }: StageCase): boolean | undefined {
  const linked = actors[reader ?? '']?.facts.linked
  const payload = fromBase64url(jwt?.signingInput.split('.')[1] ?? '')?.toString('utf8') ?? ''
  if (!Array.isArray(linked) || typeof body?.sub !== 'string' || repeatsMember(payload)) return undefined
  if (body.sub === '') return undefined
  return linked.filter(isObject).some(({ iss, sub }) => iss === body.iss && sub === body.sub)
}
