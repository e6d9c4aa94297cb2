import type { Rule } from '../../rule.ts'
import { onlyWithCode } from '../shared/grants.ts'

/** A certification of an app that signs nobody in has no redirect URI (UDAP Certifications 1). */
export const rule: Rule = {
  id: 'reg-x25',
  on: ['certification'],
  judge: ({ body }) => body && onlyWithCode(body, 'redirect_uris'),
}
