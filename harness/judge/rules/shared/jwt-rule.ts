/** Rules about every JWT of the guide: of who signs it, and of who reads it. */
import type { RuleId } from '../../../../spec/types.ts'
import type { Jwt } from '../../../../wire/jwt.ts'
import type { Message, MessageKind } from '../../message.ts'
import type { Rule, View } from '../../rule.ts'
import { isOfGuide, jwtKinds } from './jwt.ts'
import { outcomeOf } from './outcome.ts'

/** What is wrong with it, in words. */
type Flaw = (jwt: Jwt, message: Message, view: View) => string | undefined

/** @param expected what follows "expected" */
export const signerAvoids = (
  id: RuleId,
  expected: string,
  flaw: Flaw,
  on: MessageKind[] = jwtKinds,
): Rule => ({
  id,
  on,
  judge(message, view) {
    if (!message.jwt || !isOfGuide(message, view)) return undefined
    const seen = flaw(message.jwt, message, view)
    return seen === undefined ? 'met' : { expected, seen }
  },
})

/** Whoever gets a JWT with that flaw does not go by it. */
export const readerRefuses = (id: RuleId, flaw: Flaw): Rule => ({
  id,
  on: jwtKinds,
  judges: 'reader',
  judge(message, view) {
    if (!message.jwt || !isOfGuide(message, view)) return undefined
    const why = flaw(message.jwt, message, view)
    const outcome = why && outcomeOf(message, view)
    if (!outcome) return undefined
    if (!outcome.taken) return 'met'
    const { at, seen } = outcome
    return { expected: `a JWT with ${why} to be refused`, seen, ...(at && { at }) }
  },
})

/** Who reads what comes with a response made the request. */
export const endOfReader = ({ kind }: Message): 'from' | 'to' =>
  kind === 'signed-metadata' || kind === 'id-token' ? 'from' : 'to'
