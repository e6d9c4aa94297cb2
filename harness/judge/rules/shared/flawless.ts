/** A registration with which nothing is wrong, so that its refusal has another reason. */
import type { Message } from '../../message.ts'
import type { View } from '../../rule.ts'
import { statementOf } from '../../statement.ts'
import { cancels } from './client-id.ts'
import { badParameters } from './registration-parameters.ts'
import { type FlawKind, flawsOf } from './statement-flaws.ts'

/** @param but kinds of flaws that it may have */
export function isFlawless(response: Message, view: View, but: FlawKind[] = []): boolean {
  const flaws = flawsOf(response, view)
  const claims = statementOf(response, view.history)?.body
  if (!flaws || !claims || flaws.some(({ kind }) => !but.includes(kind))) return false
  const bad = [...badParameters(claims).keys()]
  // An empty list of grants asks for cancellation (3.4).
  return bad.every((name) => name === 'grant_types' && cancels(claims.grant_types))
}
