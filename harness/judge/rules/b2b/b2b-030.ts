import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { isText, ofObject } from '../shared/b2b-object.ts'

/** organization_name of the hl7-b2b object is a text, if it is there (guide 5.2.1.1). */
export const rule: Rule = {
  id: 'b2b-030',
  on: ['client-assertion'],
  judge: ofObject(({ organization_name }) => {
    if (organization_name === undefined) return 'unused'
    if (isText(organization_name)) return 'met'
    return { expected: 'organization_name a text', seen: words(organization_name) }
  }),
}
