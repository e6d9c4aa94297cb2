import type { Rule } from '../../rule.ts'
import { isUrl, ofObject } from '../shared/b2b-object.ts'
import { resolves } from '../shared/reference.ts'

/** An organization_id that is a URL resolves for the server (guide 5.2.1.1). */
export const rule: Rule = {
  id: 'b2b-033',
  on: ['client-assertion'],
  judge: ofObject(({ organization_id }, message, { history }) =>
    isUrl(organization_id) ? resolves(organization_id, 'an organization_id', message, history) : undefined,
  ),
}
