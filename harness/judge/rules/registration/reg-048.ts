import type { Rule } from '../../rule.ts'
import { staysApart } from '../shared/communities.ts'

/** What the same iss registered in another community stays as it is (guide 3.4). */
export const rule: Rule = { id: 'reg-048', on: ['registration-response'], judge: staysApart }
