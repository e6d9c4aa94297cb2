/** The answer to a token request (guide, B2B 5.2.3; RFC 6749 5.1). */
import type { RuleId } from '../../../spec/types.ts'
import { spoilt, type Wrong } from '../../spoil.ts'

const row = (mutation: string, title: string, breaks: RuleId[], set: Record<string, Wrong>) =>
  spoilt('token-response', { mutation, title, breaks, set })

export const tokenResponseFaults = [
  row('no-access-token', 'access_token is missing.', ['b2b-060'], { access_token: undefined }),
  row('no-token-type', 'token_type is missing.', ['b2b-060'], { token_type: undefined }),
  row('wrong-token-type', 'token_type is MAC.', ['b2b-060'], { token_type: 'MAC' }),
  row('expires-too-late', 'expires_in is 3601 s; 3600 s are allowed.', ['b2b-062'], { expires_in: 3601 }),
  row('with-refresh-token', 'A refresh token comes with client credentials.', ['b2b-065'], {
    refresh_token: 'refresh',
  }),
  row('no-scope', 'scope is missing.', ['gen-039'], { scope: undefined }),
]
