import type { Rule } from '../../rule.ts'
import { hasAll } from '../shared/claims.ts'

const required = [
  'iss',
  'sub',
  'aud',
  'exp',
  'iat',
  'jti',
  'client_name',
  'contacts',
  'grant_types',
  'token_endpoint_auth_method',
  'scope',
]

/** The headers and the required claims of a software statement; the conditional ones have rules of their own. */
export const rule: Rule = {
  id: 'reg-006',
  on: ['software-statement'],
  judge: (message) => hasAll(message, required),
}
