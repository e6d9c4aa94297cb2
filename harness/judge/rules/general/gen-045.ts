import type { Rule } from '../../rule.ts'
import { hasAll } from '../shared/claims.ts'

const required = [
  'iss',
  'sub',
  'exp',
  'iat',
  'jti',
  'certification_name',
  'certification_uris',
  'grant_types',
]

/** The headers and the required claims of a certification (guide 7.4.1). */
export const rule: Rule = {
  id: 'gen-045',
  on: ['certification'],
  judge: (message) => hasAll(message, required),
}
