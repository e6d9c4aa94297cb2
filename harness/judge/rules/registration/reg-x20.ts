import type { Rule } from '../../rule.ts'

/** RFC 7591 2 and 2.3, as far as they describe the client. */
const parameters = [
  'redirect_uris',
  'token_endpoint_auth_method',
  'grant_types',
  'response_types',
  'client_name',
  'client_uri',
  'logo_uri',
  'scope',
  'contacts',
  'tos_uri',
  'policy_uri',
  'jwks_uri',
  'jwks',
  'software_id',
  'software_version',
]

/** What is registered stands in the signed statement, not beside it (UDAP DCR 3). */
export const rule: Rule = {
  id: 'reg-x20',
  on: ['registration-request'],
  judge({ body }) {
    if (!body || typeof body.software_statement !== 'string') return undefined
    const beside = parameters.filter((name) => Object.hasOwn(body, name))
    if (beside.length === 0) return 'met'
    return {
      expected: 'every registration parameter in the software statement',
      seen: `${beside.join(', ')} beside it`,
    }
  },
}
