import type { Rule } from '../../rule.ts'
import { challenged } from '../shared/bearer.ts'

/** 401 comes with a challenge for Bearer (RFC 6750 3). */
export const rule: Rule = {
  id: 'gen-x32',
  on: ['fhir-response'],
  judge: challenged,
}
