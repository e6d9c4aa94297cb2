import { clockMs } from '../../hops.ts'
import type { Message, MessageKind } from '../../message.ts'
import type { Rule, View } from '../../rule.ts'
import { statementOf } from '../../statement.ts'
import { chainFlaw, leafOf, trustOf } from '../../trust.ts'
import { answerOf } from '../../words.ts'
import { isAccepted } from '../shared/accepted.ts'
import { isFlawless } from '../shared/flawless.ts'

/** What a server asks authorities for while it validates a chain. */
const asked: MessageKind[] = ['issuer-certificate-request', 'crl-request', 'ocsp-request']

/** A chain that lacks certificates is completed with those that its own name (UDAP DCR 4.2, RFC 5280 4.2.2.1). */
export const rule: Rule = {
  id: 'reg-x11',
  on: ['registration-response'],
  judge(message, view) {
    const jwt = statementOf(message, view.history)?.jwt
    const leaf = jwt && leafOf(jwt)
    if (!jwt || !leaf?.infoAccess?.includes('CA Issuers - URI:')) return undefined
    if (!isFlawless(message, view)) return undefined
    const { anchors } = trustOf(message.author, view.history)
    const asSent = chainFlaw(jwt, { anchors, known: [] }, view.stage, clockMs(message.hop, 'to'))
    if (anchors.length === 0 || asSent === undefined) return undefined
    if (isAccepted(message)) return 'met'
    if (message.body?.error !== 'unapproved_software_statement' || wasHelpless(message, view))
      return undefined
    const expected = 'the chain to be completed from where the certificate says that its issuer is'
    return { expected, seen: answerOf(message.hop) }
  },
}

/** An authority did not answer, or not well: then nobody could have built the chain. */
function wasHelpless({ author, hop: { step } }: Message, { history }: View): boolean {
  return history.messages.some(
    ({ kind, hop, author: by }) =>
      by === author &&
      hop.step === step &&
      asked.includes(kind) &&
      (hop.response?.status !== 200 || hop.faults.length > 0),
  )
}
