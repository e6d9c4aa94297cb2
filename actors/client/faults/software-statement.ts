/** The software statement of a registration (guide, Registration 3.1). */
import type { RuleId } from '../../../spec/types.ts'
import { issuerFaults, jwtFaults } from '../../jwt-faults.ts'
import type { Fault, JwtDraft } from '../../make.ts'
import { resign } from '../../resign.ts'
import { spoilt, type Wrong } from '../../spoil.ts'

/** What it says of the client is for the server to validate (3.2.3). */
const row = (
  mutation: string,
  title: string,
  breaks: RuleId[],
  set: Record<string, Wrong>,
  tests: RuleId[] = ['reg-035'],
) => spoilt('software-statement', { mutation, title, breaks, tests, set })

export const softwareStatementFaults = [
  ...jwtFaults({
    artifact: 'software-statement',
    noun: 'The software statement',
    maxLifetimeS: 300,
    rules: {
      expired: { breaks: [], tests: ['reg-x04'] },
      lifetime: ['reg-012'],
      'no-exp': ['reg-006', 'reg-012'],
      'exp-as-text': ['reg-012'],
      'issued-in-the-future': ['reg-013', 'com-019'],
      'no-iat': ['reg-006', 'reg-013'],
      'no-jti': ['reg-006', 'reg-014'],
      'same-jti': ['reg-014'],
      'no-iss': ['reg-006'],
      'no-x5c': ['reg-006'],
      'x5c-leaf-last': ['reg-007', 'reg-008'],
      'no-alg': ['reg-006'],
      'alg-of-other-key': ['reg-007'],
      'alg-none': ['reg-007'],
      'alg-hs256': ['reg-007'],
      signature: { breaks: ['reg-007'], tests: ['reg-033', 'reg-x09'] },
      'five-parts': ['reg-032'],
    },
  }),
  ...issuerFaults({
    artifact: 'software-statement',
    noun: 'The software statement',
    // Whoever else has this fault has the same iss.
    issuer: { breaks: ['reg-008', 'reg-009'], tests: ['reg-x01'] },
    subject: { breaks: ['reg-010'], tests: ['reg-x02'] },
  }),
  row(
    'no-aud',
    'The software statement has no aud claim.',
    ['reg-006', 'reg-011'],
    { 'claims.aud': undefined },
    ['reg-x03'],
  ),
  row(
    'wrong-aud',
    'The software statement is for another server.',
    ['reg-011'],
    { 'claims.aud': 'https://another-server.example/register' },
    ['reg-x03'],
  ),
  row(
    'aud-with-slash',
    'The aud claim has a slash more at its end than the published URL.',
    ['reg-011'],
    { 'claims.aud': (aud: string) => `${aud}/` },
    ['reg-x03'],
  ),
  row(
    'iss-as-urn',
    'iss and sub are a URN that nobody has, no address on the web.',
    ['reg-008', 'com-004'],
    { 'claims.iss': 'urn:example:a-client-of-nobody', 'claims.sub': 'urn:example:a-client-of-nobody' },
    ['reg-x01', 'com-005'],
  ),
  {
    name: 'software-statement/own-certificate',
    artifact: 'software-statement',
    title: 'The software statement is signed with a certificate that the client made for itself.',
    on: 'encoded',
    scope: 'step',
    touches: ['header.x5c', 'signature'],
    breaks: ['com-020'],
    tests: ['reg-034', 'com-021'],
    change: (text: string, { nowS }) => resign(text, { with: 'another-certificate' }, nowS),
  } satisfies Fault,
  row('no-client-name', 'client_name is missing.', ['reg-006', 'reg-015'], {
    'claims.client_name': undefined,
  }),
  row('client-name-not-text', 'client_name is a number.', ['reg-015'], { 'claims.client_name': 7 }),
  row('no-contacts', 'contacts is missing.', ['reg-006', 'reg-019'], { 'claims.contacts': undefined }),
  row('no-mailto', 'No contact is a mailto: address.', ['reg-019'], {
    'claims.contacts': ['https://operator.example/contact'],
  }),
  row('contacts-as-text', 'contacts is a text instead of an array.', ['reg-019'], {
    'claims.contacts': 'mailto:operator@example.com',
  }),
  row('no-grant-types', 'grant_types is missing.', ['reg-006', 'reg-023'], {
    'claims.grant_types': undefined,
  }),
  row('grant-types-as-text', 'grant_types is a text instead of an array.', ['reg-023'], {
    'claims.grant_types': 'client_credentials',
  }),
  row('unknown-grant-type', 'grant_types has one that the guide does not know.', ['reg-023'], {
    'claims.grant_types': ['password'],
  }),
  row('two-grant-types', 'grant_types has client_credentials and authorization_code at once.', ['reg-023'], {
    'claims.grant_types': ['client_credentials', 'authorization_code'],
  }),
  row('refresh-token-alone', 'refresh_token is asked for without authorization_code.', ['reg-024'], {
    'claims.grant_types': ['client_credentials', 'refresh_token'],
  }),
  row('with-redirect-uris', 'redirect_uris is there though there is nothing to redirect.', ['reg-017'], {
    'claims.redirect_uris': ['https://app.example/callback'],
  }),
  row('with-response-types', 'response_types is there without authorization_code.', ['reg-026'], {
    'claims.response_types': ['code'],
  }),
  row('no-redirect-uris', 'redirect_uris is missing.', ['reg-016'], { 'claims.redirect_uris': undefined }),
  row('redirect-uri-http', 'A redirect URI is http.', ['reg-018'], {
    'claims.redirect_uris': ['http://app.example/callback'],
  }),
  row('redirect-uri-with-fragment', 'A redirect URI has a fragment.', ['reg-x23'], {
    'claims.redirect_uris': ['https://app.example/callback#here'],
  }),
  row('redirect-uri-with-wildcard', 'A redirect URI is a pattern, as in a certification.', ['reg-x27'], {
    'claims.redirect_uris': ['https://app.example/*'],
  }),
  row('no-response-types', 'response_types is missing.', ['reg-025'], { 'claims.response_types': undefined }),
  row('response-type-token', 'response_types is [token] instead of [code].', ['reg-025'], {
    'claims.response_types': ['token'],
  }),
  row('no-logo-uri', 'logo_uri is missing.', ['reg-020'], { 'claims.logo_uri': undefined }),
  row('logo-uri-http', 'logo_uri is http.', ['reg-022'], {
    'claims.logo_uri': 'http://app.example/logo.png',
  }),
  row('logo-uri-svg', 'logo_uri is of a drawing, which is neither PNG, JPG nor GIF.', ['reg-022'], {
    'claims.logo_uri': 'https://app.example/logo.svg',
  }),
  row('no-auth-method', 'token_endpoint_auth_method is missing.', ['reg-006', 'reg-027'], {
    'claims.token_endpoint_auth_method': undefined,
  }),
  row('wrong-auth-method', 'token_endpoint_auth_method is client_secret_basic.', ['reg-027'], {
    'claims.token_endpoint_auth_method': 'client_secret_basic',
  }),
  row('no-scope', 'scope is missing.', ['reg-006', 'reg-028'], { 'claims.scope': undefined }),
  row('scope-as-array', 'scope is an array instead of a space-delimited text.', ['reg-028'], {
    'claims.scope': (scope: string) => scope.split(' '),
  }),
  // Rules of the versions before 2.0.0.
  row(
    'short-lived',
    'The software statement lives for a minute only.',
    ['reg-056'],
    { 'claims.exp': (exp: number) => exp - 240 },
    [],
  ),
  row('scope-of-a-person', 'Every scope is of a person, though nobody signs in.', ['reg-030'], {
    'claims.scope': (scope: string) => scope.replaceAll('system/', 'user/'),
  }),
  row('scope-of-a-system', 'Every scope is of a system, though a person signs in.', ['reg-031'], {
    'claims.scope': (scope: string) => scope.replaceAll(/(patient|user)\//g, 'system/'),
  }),
  // 7.6, experimental
  row('no-jku', 'jku is missing, though assertions name one.', ['gen-061'], { 'claims.jku': undefined }, []),
  row(
    'jku-for-x5c',
    'jku and kid stand for x5c, as in a client assertion.',
    ['gen-058', 'gen-012', 'reg-006'],
    {
      'header.x5c': undefined,
      'header.jku': (_: undefined, { claims }: JwtDraft) => `${claims.iss}/jwks.json`,
      'header.kid': 'k',
    },
    [],
  ),
]
