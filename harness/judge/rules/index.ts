/** Every rule that is judged: the only list. */
import type { Rule } from '../rule.ts'
import { rule as reg012 } from './registration/reg-012.ts'
import { rule as regX04 } from './registration/reg-x04.ts'

export const rules: Rule[] = [reg012, regX04]
