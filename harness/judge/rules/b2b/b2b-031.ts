import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { ofObject } from '../shared/b2b-object.ts'
import { isUri } from '../shared/uri.ts'

/** organization_id of the hl7-b2b object (guide 5.2.1.1). */
export const rule: Rule = {
  id: 'b2b-031',
  on: ['client-assertion'],
  judge: ofObject(({ organization_id }) => {
    if (organization_id !== undefined && isUri(organization_id)) return 'met'
    return { expected: 'organization_id a URI', seen: words(organization_id) }
  }),
}
