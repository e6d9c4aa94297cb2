import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { isListOf, ofObject } from '../shared/b2b-object.ts'
import { isUri } from '../shared/uri.ts'

/** consent_policy of the hl7-b2b object is an array of URIs, if it is there (guide 5.2.1.1). */
export const rule: Rule = {
  id: 'b2b-035',
  on: ['client-assertion'],
  judge: ofObject(({ consent_policy }) => {
    if (consent_policy === undefined) return 'unused'
    if (isListOf(consent_policy, isUri)) return 'met'
    return { expected: 'consent_policy an array of one or more URIs', seen: words(consent_policy) }
  }),
}
