/** A token request (guide, Consumer 4.2.2, B2B 5.2.2; UDAP JWT-Based Client Authentication 5). */
import type { RuleId } from '../../../spec/types.ts'
import type { CallRequest } from '../../call.ts'
import type { Fault } from '../../make.ts'
import { type Row, spoilt, type Wrong } from '../../spoil.ts'

const row = (
  mutation: string,
  title: string,
  breaks: RuleId[],
  set: Record<string, Wrong>,
  tests: RuleId[] = [],
) => spoilt('token-request', { mutation, title, breaks, tests, set })

/** Of the HTTP request that carries the form. */
const http = ({
  mutation,
  change,
  ...about
}: Row & { touches: string[]; change: (request: HttpRequest) => HttpRequest }): Fault => ({
  name: `token-request/${mutation}`,
  artifact: 'token-request',
  on: 'encoded',
  scope: 'step',
  ...about,
  change,
})

interface HttpRequest extends Omit<CallRequest, 'url' | 'body'> {
  headers: Record<string, string>
  body: string
}

const udap: RuleId[] = ['b2b-052', 'b2b-059', 'con-030']
const grantType: RuleId[] = ['b2b-002', 'b2b-010', 'b2b-047', 'b2b-055', 'con-009', 'con-025']
const assertionType: RuleId[] = ['b2b-050', 'b2b-057', 'con-028']
const assertion: RuleId[] = ['b2b-051', 'b2b-058', 'con-029']
const post: RuleId[] = ['b2b-045', 'b2b-053', 'con-023']
const secret: RuleId[] = ['b2b-046', 'b2b-054', 'con-024']
const code: RuleId[] = ['b2b-048', 'con-026', 'con-022']
const redirectUri: RuleId[] = ['b2b-049', 'con-027', 'con-022']

/** The verifier belongs to the challenge of the authorization request (7.2.2). */
const pkce = ['gen-028', 'con-007', 'b2b-008']

export const tokenRequestFaults = [
  row('no-udap', 'udap is missing.', udap, { udap: undefined }),
  row('wrong-udap', 'udap is 2.', udap, { udap: '2' }),
  row('no-grant-type', 'grant_type is missing.', grantType, { grant_type: undefined }),
  row('wrong-grant-type', 'grant_type is password.', [...grantType, 'con-001', 'b2b-001'], {
    grant_type: 'password',
  }),
  row('no-assertion-type', 'client_assertion_type is missing.', assertionType, {
    client_assertion_type: undefined,
  }),
  // The URN that stands in an example of the guide by mistake.
  row('wrong-assertion-type', 'client_assertion_type is the URN of a grant type.', assertionType, {
    client_assertion_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
  }),
  row('no-assertion', 'client_assertion is missing.', [...assertion, 'b2b-067', 'con-036'], {
    client_assertion: undefined,
  }),
  row('assertion-no-jwt', 'client_assertion is no JWT.', [...assertion, 'b2b-024', 'con-021'], {
    client_assertion: 'no.jwt',
  }),
  row(
    'other-client-id',
    'client_id is another one than the iss of the assertion.',
    ['b2b-x21'],
    { client_id: 'somebody-else' },
    ['b2b-x04'],
  ),
  row('with-client-secret', 'A client_secret is sent as well.', secret, { client_secret: 'secret' }),
  row('no-code', 'code is missing.', [...code, 'b2b-010', 'con-009'], { code: undefined }, ['b2b-x07']),
  row(
    'wrong-code',
    'code is one that the server never gave.',
    code,
    { code: 'an-authorization-code-of-nobody' },
    ['b2b-x07'],
  ),
  row('no-redirect-uri', 'redirect_uri is missing.', redirectUri, { redirect_uri: undefined }, ['b2b-x07']),
  row(
    'wrong-redirect-uri',
    'redirect_uri is not that of the authorization request.',
    redirectUri,
    { redirect_uri: 'https://somebody-else.example/callback' },
    ['b2b-x07'],
  ),
  row(
    'no-code-verifier',
    'code_verifier is missing.',
    ['con-010', 'b2b-011', ...pkce],
    { code_verifier: undefined },
    ['con-032', 'b2b-061', 'gen-031'],
  ),
  row(
    'wrong-code-verifier',
    'code_verifier is not that of the code_challenge.',
    ['con-x02', ...pkce],
    { code_verifier: 'a-code-verifier-of-somebody-else-of-the-right-length' },
    ['con-032', 'b2b-061', 'gen-031'],
  ),
  row(
    'short-code-verifier',
    'code_verifier is shorter than 43 characters.',
    ['con-x01', ...pkce],
    { code_verifier: 'a-short-code-verifier' },
    ['con-032', 'b2b-061', 'gen-031'],
  ),
  row('no-scope', 'scope is missing.', ['b2b-056'], { scope: undefined }),
  http({
    mutation: 'repeated-parameter',
    title: 'udap is sent twice.',
    breaks: ['b2b-x22'],
    touches: ['body.udap'],
    change: (request) => ({ ...request, body: `${request.body}&udap=1` }),
  }),
  http({
    mutation: 'with-authorization-header',
    title: 'An Authorization header is sent as well.',
    breaks: [...secret, 'b2b-x20'],
    touches: ['headers.authorization'],
    change: ({ headers, ...request }) => ({
      ...request,
      headers: { ...headers, authorization: `Basic ${Buffer.from('client:secret').toString('base64')}` },
    }),
  }),
  http({
    mutation: 'as-json',
    title: 'The parameters are sent as JSON, not as a form.',
    breaks: post,
    touches: ['headers.content-type'],
    change: ({ headers, body, ...request }) => ({
      ...request,
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(Object.fromEntries(new URLSearchParams(body))),
    }),
  }),
  http({
    mutation: 'by-put',
    title: 'The request is a PUT.',
    breaks: post,
    touches: ['method'],
    change: (request) => ({ ...request, method: 'PUT' }),
  }),
]
