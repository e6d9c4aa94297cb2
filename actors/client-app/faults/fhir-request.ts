/** How an access token is shown (RFC 6750 2). */
import type { RuleId } from '../../../spec/types.ts'
import { spoilt, type Wrong } from '../../spoil.ts'

interface Draft {
  headers: { authorization: string }
}

const row = (mutation: string, title: string, breaks: RuleId[], set: Record<string, Wrong>) =>
  spoilt('fhir-request', { mutation, title, breaks, set })

/** RFC 6750 2.3 */
const inQuery = (url: string, { headers }: Draft) =>
  `${url}${url.includes('?') ? '&' : '?'}access_token=${headers.authorization.replace('Bearer ', '')}`

export const fhirRequestFaults = [
  row('token-in-query', 'The access token is in the query, where logs keep it.', ['gen-x30'], {
    url: inQuery,
    'headers.authorization': undefined,
  }),
  row('token-twice', 'The access token is in the header and in the query.', ['gen-x31'], { url: inQuery }),
  // Nothing forbids to ask without: it puts the server to the test.
  row('no-token', 'There is no access token.', [], { 'headers.authorization': undefined }),
]
