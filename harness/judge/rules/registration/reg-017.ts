import type { Rule } from '../../rule.ts'
import { onlyWithCode } from '../shared/grants.ts'

/** Who signs nobody in has no redirect URI (guide 3.1). */
export const rule: Rule = {
  id: 'reg-017',
  on: ['software-statement'],
  judge: ({ body }) => body && onlyWithCode(body, 'redirect_uris'),
}
