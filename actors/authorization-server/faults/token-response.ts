/** The answer to a token request (guide, Consumer 4.3, B2B 5.2.3; RFC 6749 5.1; OpenID Connect Core 3.1.3.3; SMART App Launch). */
import type { RuleId } from '../../../spec/types.ts'
import { spoilt, type Wrong } from '../../spoil.ts'

const row = (mutation: string, title: string, breaks: RuleId[], set: Record<string, Wrong>) =>
  spoilt('token-response', { mutation, title, breaks, set })

export const tokenResponseFaults = [
  row('no-access-token', 'access_token is missing.', ['b2b-060', 'con-031'], { access_token: undefined }),
  row('no-token-type', 'token_type is missing.', ['b2b-060', 'con-031'], { token_type: undefined }),
  row('wrong-token-type', 'token_type is MAC.', ['b2b-060', 'con-031'], { token_type: 'MAC' }),
  row('expires-too-late', 'expires_in is 3601 s; 3600 s are allowed.', ['b2b-062', 'con-033'], {
    expires_in: 3601,
  }),
  row('with-refresh-token', 'A refresh token comes with client credentials.', ['b2b-065'], {
    refresh_token: 'refresh',
  }),
  row('no-scope', 'scope is missing.', ['gen-039'], { scope: undefined }),
  row('more-scope', 'scope has email, which may not have been asked for.', ['gen-038', 'gen-042'], {
    scope: (scope: string) => `${scope} email`,
  }),
  row('no-refresh-token', 'refresh_token is missing.', ['con-034', 'b2b-064'], { refresh_token: undefined }),
  row('no-id-token', 'id_token is missing.', ['tier-024', 'tier-026'], { id_token: undefined }),
  row('id-token-no-jwt', 'id_token is no JWT.', ['tier-024', 'tier-026'], { id_token: 'no.jwt' }),
  // SMART App Launch, which the guide does not bind.
  row('no-patient', 'patient, the record that was chosen, is missing.', [], { patient: undefined }),
  row('wrong-patient', 'patient is another record than the one that was chosen.', [], {
    patient: 'somebody-else',
  }),
]
