import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { ofObject } from '../shared/b2b-object.ts'

/** No consent_reference without consent_policy (guide 5.2.1.1). */
export const rule: Rule = {
  id: 'b2b-039',
  on: ['client-assertion'],
  judge: ofObject((object) => {
    if (!Object.hasOwn(object, 'consent_reference')) return undefined
    if (Object.hasOwn(object, 'consent_policy')) return 'met'
    return { expected: 'no consent_reference without consent_policy', seen: words(object.consent_reference) }
  }),
}
