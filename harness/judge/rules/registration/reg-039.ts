import type { Rule } from '../../rule.ts'
import { hasNoEmptyParameter } from '../shared/empty-parameters.ts'

/** No parameter is null or an empty text (guide 3.2.3). */
export const rule: Rule = { id: 'reg-039', on: ['registration-response'], judge: hasNoEmptyParameter }
