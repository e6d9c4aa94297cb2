import type { Rule } from '../../rule.ts'
import { firstWrong } from '../shared/all-of.ts'
import { isListOf, isUrl, ofObject } from '../shared/b2b-object.ts'
import { resolves } from '../shared/reference.ts'

/** Each consent_reference resolves for the server (guide 5.2.1.1). */
export const rule: Rule = {
  id: 'b2b-037',
  on: ['client-assertion'],
  judge: ofObject(({ consent_reference }, message, { history }) => {
    if (!isListOf(consent_reference, isUrl)) return undefined
    return firstWrong(consent_reference.map((url) => resolves(url, 'a consent_reference', message, history)))
  }),
}
