import { isRefusal } from '../../history.ts'
import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { isFlawless } from './flawless.ts'
import { type FlawKind, flawsOf } from './statement-flaws.ts'

/** The error code where this, and nothing else, is wrong with a software statement (UDAP DCR 5.2). */
export const refusesWith =
  (code: string, kind: FlawKind): Rule['judge'] =>
  (message, view) => {
    const flaw = flawsOf(message, view)?.find((one) => one.kind === kind)
    const error = message.body?.error
    if (!flaw || !isRefusal(message.status) || typeof error !== 'string') return undefined
    if (!isFlawless(message, view, [kind])) return undefined
    return error === code
      ? 'met'
      : { expected: `${code} for a software statement ${flaw.what}`, seen: words(error) }
  }
