import type { Rule } from '../../rule.ts'
import { statementOf } from '../../statement.ts'
import { answersCancellation, isAccepted, isUdap, refusal } from '../shared/accepted.ts'
import { badParameters } from '../shared/registration-parameters.ts'

/**
 * Registration parameters are validated (UDAP DCR 4.4). A server may register something suitable in place of what
 * it cannot take (RFC 7591 3.2.1): then its answer is good.
 */
export const rule: Rule = {
  id: 'reg-035',
  on: ['registration-response'],
  judge(message, view) {
    const claims = statementOf(message, view.history)?.body
    if (!claims || !isUdap(message) || answersCancellation(message, view)) return undefined
    const { httpRedirects } = view.stage.actors[view.actor ?? '']?.policy ?? {}
    const bad = badParameters(claims, httpRedirects)
    if (bad.size === 0) return undefined
    if (!isAccepted(message)) return refusal(message, '')
    const registered = badParameters(
      { grant_types: claims.grant_types ?? null, ...message.body },
      httpRedirects,
    )
    const taken = [...bad.keys()].find((name) => registered.has(name))
    return taken === undefined ? 'met' : refusal(message, `a registration with ${bad.get(taken)}`)
  },
}
