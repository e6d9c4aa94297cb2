import type { Rule } from '../../rule.ts'
import { stateEchoed } from '../shared/authorization-response.ts'

/** The server sends state back as it came. */
export const rule: Rule = {
  id: 'gen-026',
  on: ['authorization-response'],
  judge: stateEchoed,
}
