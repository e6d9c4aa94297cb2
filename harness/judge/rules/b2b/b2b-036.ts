import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { isListOf, isUrl, ofObject } from '../shared/b2b-object.ts'

/** consent_reference of the hl7-b2b object is an array of URLs, if it is there (guide 5.2.1.1). */
export const rule: Rule = {
  id: 'b2b-036',
  on: ['client-assertion'],
  judge: ofObject(({ consent_reference }) => {
    if (consent_reference === undefined) return 'unused'
    if (isListOf(consent_reference, isUrl)) return 'met'
    return {
      expected: 'consent_reference an array of one or more absolute URLs',
      seen: words(consent_reference),
    }
  }),
}
