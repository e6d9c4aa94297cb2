import type { Rule } from '../../rule.ts'
import { fresh } from '../shared/fresh.ts'

/** state cannot be guessed: one that came before can (RFC 6749 10.12). */
export const rule: Rule = {
  id: 'gen-x21',
  on: ['authorization-request'],
  judge: fresh('state'),
}
