import type { Rule } from '../../rule.ts'
import { isForCode, smartScopes } from '../shared/grants.ts'

/** A certification that knows SMART scopes lists those of its grant type (guide 7.4.1). */
export const rule: Rule = {
  id: 'gen-055',
  on: ['certification'],
  judge: ({ body }) => body && smartScopes(body, isForCode(body) === true),
}
