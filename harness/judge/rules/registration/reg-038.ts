import type { Rule } from '../../rule.ts'
import { hasNoEmptyParameter } from '../shared/empty-parameters.ts'

/** A parameter without a value is left out (guide 3.2.3). */
export const rule: Rule = { id: 'reg-038', on: ['registration-response'], judge: hasNoEmptyParameter }
