/** The software statement of a registration (guide, Registration 3.1). */
import type { RuleId } from '../../../spec/types.ts'
import { issuerFaults, jwtFaults } from '../../jwt-faults.ts'
import { spoilt, type Wrong } from '../../spoil.ts'

const row = (mutation: string, title: string, breaks: RuleId[], set: Record<string, Wrong>) =>
  spoilt('software-statement', { mutation, title, breaks, set })

export const softwareStatementFaults = [
  ...jwtFaults({
    artifact: 'software-statement',
    noun: 'The software statement',
    maxLifetimeS: 300,
    rules: {
      expired: ['reg-x04'],
      lifetime: ['reg-012'],
      exp: ['reg-012', 'gen-014'],
      iat: ['reg-013'],
      jti: ['reg-014', 'gen-014'],
      x5c: ['reg-006', 'gen-012'],
      alg: ['gen-003', 'reg-007'],
      signature: ['reg-007', 'reg-033'],
    },
  }),
  ...issuerFaults({
    artifact: 'software-statement',
    noun: 'The software statement',
    issuer: ['reg-008', 'reg-x01'],
    subject: ['reg-010', 'reg-x02'],
  }),
  row('no-aud', 'The software statement has no aud claim.', ['reg-011', 'reg-x03'], {
    'claims.aud': undefined,
  }),
  row('wrong-aud', 'The software statement is for another server.', ['reg-011', 'reg-x03'], {
    'claims.aud': 'https://another-server.example/register',
  }),
  row('aud-with-slash', 'The aud claim has a slash more at its end than the published URL.', ['reg-011'], {
    'claims.aud': (aud: string) => `${aud}/`,
  }),
  row('no-client-name', 'client_name is missing.', ['reg-015'], { 'claims.client_name': undefined }),
  row('client-name-not-text', 'client_name is a number.', ['reg-015'], { 'claims.client_name': 7 }),
  row('no-contacts', 'contacts is missing.', ['reg-019'], { 'claims.contacts': undefined }),
  row('no-mailto', 'No contact is a mailto: address.', ['reg-019'], {
    'claims.contacts': ['https://operator.example/contact'],
  }),
  row('contacts-as-text', 'contacts is a text instead of an array.', ['reg-019'], {
    'claims.contacts': 'mailto:operator@example.com',
  }),
  row('no-grant-types', 'grant_types is missing.', ['reg-023'], { 'claims.grant_types': undefined }),
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
  row('no-response-types', 'response_types is missing.', ['reg-025'], { 'claims.response_types': undefined }),
  row('response-type-token', 'response_types is [token] instead of [code].', ['reg-025'], {
    'claims.response_types': ['token'],
  }),
  row('no-logo-uri', 'logo_uri is missing.', ['reg-020'], { 'claims.logo_uri': undefined }),
  row('logo-uri-http', 'logo_uri is http.', ['reg-022'], {
    'claims.logo_uri': 'http://app.example/logo.png',
  }),
  row('no-auth-method', 'token_endpoint_auth_method is missing.', ['reg-027'], {
    'claims.token_endpoint_auth_method': undefined,
  }),
  row('wrong-auth-method', 'token_endpoint_auth_method is client_secret_basic.', ['reg-027'], {
    'claims.token_endpoint_auth_method': 'client_secret_basic',
  }),
  row('no-scope', 'scope is missing.', ['reg-028'], { 'claims.scope': undefined }),
  row('scope-as-array', 'scope is an array instead of a space-delimited text.', ['reg-028'], {
    'claims.scope': (scope: string) => scope.split(' '),
  }),
]
