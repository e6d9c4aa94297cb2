import type { Rule } from '../../rule.ts'
import { smartScopes } from '../shared/grants.ts'

/** An app that knows SMART scopes asks for those of its grant type (guide 3.1, until 2.0.0). */
export const rule: Rule = {
  id: 'reg-031',
  on: ['software-statement'],
  judge: ({ body }) => body && smartScopes(body, true),
}
