import { clockMs } from '../../hops.ts'
import type { Message } from '../../message.ts'
import type { Rule, View } from '../../rule.ts'
import { issuerOf, isToProvider, isWatched } from '../../tiered.ts'
import { words } from '../../words.ts'
import { SKEW_S } from '../shared/skew.ts'
import { wrongChain, wrongSignature } from '../shared/trusted.ts'

/** Whoever sends a person to an identity provider has found it trustworthy by its UDAP metadata (guide 6.2, 2). */
export const rule: Rule = {
  id: 'tier-008',
  on: ['authorization-request'],
  judge(message, view) {
    const { history } = view
    if (!isToProvider(message, history) || !isWatched(message, history)) return undefined
    const fetched = history
      .before(message, 'metadata')
      .find(({ author, reader }) => author === message.reader && reader === message.author)
    const expected = 'nobody to be sent to an identity provider before its UDAP metadata was validated'
    // A system elsewhere may know it from before the case.
    if (!fetched && history.isElsewhere(message.author)) return undefined
    if (!fetched) return { expected, seen: 'no UDAP metadata fetched from it' }
    const signed = history.after(fetched, 'signed-metadata').find(({ of }) => of === fetched)
    const flaw = signed ? flawOf(signed, message, view) : 'no signed_metadata'
    return flaw === undefined ? 'met' : { expected, seen: `metadata with ${flaw}` }
  },
}

function flawOf(signed: Message, request: Message, view: View): string | undefined {
  const { hop } = request
  const { jwt } = signed
  if (!jwt) return 'a signed_metadata that is no JWT'
  const { iss, exp } = jwt.claims
  const base = issuerOf(request, view.history)
  const atMs = clockMs(hop, 'to')
  if (typeof exp !== 'number' || exp * 1000 <= atMs - SKEW_S * 1000) return `exp ${words(exp)}, which is over`
  const flaw = wrongSignature(jwt) ?? wrongChain(jwt, hop, view)
  if (flaw !== undefined) return flaw
  return iss === base ? undefined : `iss ${words(iss)} instead of ${words(base)}`
}
