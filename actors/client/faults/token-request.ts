/** The form of a token request (guide, Consumer 4.2.2, B2B 5.2.2; UDAP JWT-Based Client Authentication 5). */
import type { RuleId } from '../../../spec/types.ts'
import { spoilt, spoiltText, type Wrong } from '../../spoil.ts'

const row = (mutation: string, title: string, breaks: RuleId[], set: Record<string, Wrong>) =>
  spoilt('token-request', { mutation, title, breaks, set })

export const tokenRequestFaults = [
  row('no-udap', 'udap is missing.', ['b2b-059', 'b2b-052', 'con-030'], { udap: undefined }),
  row('wrong-udap', 'udap is 2.', ['b2b-059', 'b2b-052', 'con-030'], { udap: '2' }),
  row('no-grant-type', 'grant_type is missing.', ['b2b-055', 'b2b-047', 'con-025'], {
    grant_type: undefined,
  }),
  row('wrong-grant-type', 'grant_type is password.', ['b2b-055', 'b2b-047', 'con-025'], {
    grant_type: 'password',
  }),
  row('no-assertion-type', 'client_assertion_type is missing.', ['b2b-057', 'b2b-050', 'con-028'], {
    client_assertion_type: undefined,
  }),
  // The URN that stands in an example of the guide by mistake.
  row(
    'wrong-assertion-type',
    'client_assertion_type is the URN of a grant type.',
    ['b2b-057', 'b2b-050', 'con-028'],
    {
      client_assertion_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    },
  ),
  row('no-assertion', 'client_assertion is missing.', ['b2b-058', 'b2b-051', 'con-029'], {
    client_assertion: undefined,
  }),
  row('assertion-no-jwt', 'client_assertion is no JWT.', ['b2b-058', 'b2b-051', 'con-029', 'b2b-024'], {
    client_assertion: 'no.jwt',
  }),
  row('other-client-id', 'client_id is another one than the iss of the assertion.', ['b2b-x04'], {
    client_id: 'somebody-else',
  }),
  row('with-client-secret', 'A client_secret is sent as well.', ['b2b-054', 'b2b-046', 'con-024'], {
    client_secret: 'secret',
  }),
  row('no-code', 'code is missing.', ['con-026', 'b2b-048'], { code: undefined }),
  row('wrong-code', 'code is one that the server never gave.', ['con-026', 'b2b-048'], {
    code: 'an-authorization-code-of-nobody',
  }),
  row('no-redirect-uri', 'redirect_uri is missing.', ['con-027', 'b2b-049'], { redirect_uri: undefined }),
  row(
    'wrong-redirect-uri',
    'redirect_uri is not that of the authorization request.',
    ['con-027', 'b2b-049'],
    { redirect_uri: 'https://somebody-else.example/callback' },
  ),
  row(
    'no-code-verifier',
    'code_verifier is missing.',
    ['con-010', 'b2b-011', 'gen-031', 'con-032', 'b2b-061'],
    { code_verifier: undefined },
  ),
  row(
    'wrong-code-verifier',
    'code_verifier is not that of the code_challenge.',
    ['gen-031', 'con-032', 'b2b-061'],
    { code_verifier: 'a-code-verifier-of-somebody-else-of-the-right-length' },
  ),
  row('no-scope', 'scope is missing.', ['b2b-056'], { scope: undefined }),
  spoiltText('token-request', {
    mutation: 'repeated-parameter',
    title: 'udap is sent twice.',
    breaks: ['b2b-053', 'b2b-045', 'con-023'],
    touches: ['udap'],
    change: (form) => `${form}&udap=1`,
  }),
]
