import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { isForCode } from '../shared/grants.ts'

/** Who signs people in has a logo to show them (guide 3.1). */
export const rule: Rule = {
  id: 'reg-020',
  on: ['software-statement'],
  judge({ body }) {
    if (!body || !isForCode(body)) return undefined
    if (typeof body.logo_uri === 'string' && body.logo_uri !== '') return 'met'
    return { expected: 'logo_uri with authorization_code', seen: words(body.logo_uri) }
  },
}
