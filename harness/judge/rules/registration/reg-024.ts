import type { Rule } from '../../rule.ts'
import { refreshWithCode } from '../shared/grants.ts'

/** Refresh tokens are for apps that sign people in (guide 3.1). */
export const rule: Rule = {
  id: 'reg-024',
  on: ['software-statement'],
  judge: ({ body }) => body && refreshWithCode(body),
}
