/** A certification of a client, by itself or by a third party (guide 7.4; UDAP Certifications). */
import { X509Certificate } from 'node:crypto'
import type { RuleId } from '../../../spec/types.ts'
import { jwtFaults } from '../../jwt-faults.ts'
import type { JwtDraft } from '../../make.ts'
import { spoilt, type Wrong } from '../../spoil.ts'

const row = (
  mutation: string,
  title: string,
  breaks: RuleId[],
  set: Record<string, Wrong>,
  tests: RuleId[] = [],
) => spoilt('certification', { mutation, title, breaks, tests, set })

/** Leap years: more than three years after whatever day it was issued on. */
const THREE_YEARS_S = 3 * 366 * 24 * 3600
const A_DAY_S = 24 * 3600

export const certificationFaults = [
  ...jwtFaults({
    artifact: 'certification',
    noun: 'The certification',
    maxLifetimeS: THREE_YEARS_S,
    rules: {
      lifetime: ['gen-050', 'reg-x24'],
      'no-exp': ['gen-045', 'gen-050'],
      'exp-as-text': ['gen-050'],
      'issued-in-the-future': ['gen-050'],
      'no-iat': ['gen-045', 'gen-050'],
      'no-jti': ['gen-045', 'gen-050'],
      'no-iss': ['gen-045'],
      'no-x5c': ['gen-045'],
      'x5c-leaf-last': ['gen-046', 'gen-047'],
      'no-alg': ['gen-045'],
      'alg-of-other-key': ['gen-046'],
      'alg-none': ['gen-046'],
      'alg-hs256': ['gen-046'],
      signature: ['gen-046'],
    },
  }),
  row('outlives-certificate', 'exp is a day after the end of the certificate of its signer.', ['reg-x24'], {
    'claims.exp': (_: number, { header }: JwtDraft) => endOf(header.x5c) + A_DAY_S,
  }),
  row('wrong-iss', 'The iss claim is no URI name of the certificate of its signer.', ['gen-047', 'gen-048'], {
    'claims.iss': 'https://somebody-else.example',
  }),
  row('wrong-sub', 'The certification is about another client.', ['gen-048'], {
    'claims.sub': 'https://somebody-else.example',
  }),
  row('wrong-aud', 'The certification is for another server.', ['gen-049'], {
    'claims.aud': 'https://another-server.example/register',
  }),
  row('no-name', 'certification_name is missing.', ['gen-045', 'gen-051'], {
    'claims.certification_name': undefined,
  }),
  row('no-uris', 'certification_uris is missing.', ['gen-045', 'gen-051'], {
    'claims.certification_uris': undefined,
  }),
  row('bad-uri', 'One of certification_uris is no URI.', ['gen-051'], {
    'claims.certification_uris': (uris: string[]) => [...uris, 'no URI'],
  }),
  row(
    'other-grant',
    'The certification is for a client of the other grant type.',
    [],
    { 'claims.grant_types': ['authorization_code'], 'claims.response_types': ['code'] },
    ['reg-035'],
  ),
  row('two-grant-types', 'grant_types has client_credentials and authorization_code at once.', ['gen-052'], {
    'claims.grant_types': ['client_credentials', 'authorization_code'],
    'claims.response_types': ['code'],
  }),
  row('refresh-token-alone', 'refresh_token is there without authorization_code.', ['gen-052'], {
    'claims.grant_types': ['client_credentials', 'refresh_token'],
  }),
  row('with-response-types', 'response_types is there without authorization_code.', ['gen-053'], {
    'claims.response_types': ['code'],
  }),
  row('scope-of-a-person', 'Every scope is of a person, though nobody signs in.', ['gen-055'], {
    'claims.scope': 'user/Patient.rs',
  }),
  row('with-redirect-uris', 'redirect_uris is there without authorization_code.', ['reg-x25'], {
    'claims.redirect_uris': ['https://app.example/callback'],
  }),
  row('contact-by-phone', 'One of contacts is a telephone number.', ['reg-x28'], {
    'claims.contacts': ['tel:+1-201-555-0123'],
  }),
  row('with-jwks-uri', 'jwks_uri is there, from which keys could come later.', ['reg-x26'], {
    'claims.jwks_uri': 'https://app.example/jwks',
  }),
  row('extensions-as-array', 'extensions is an array instead of an object.', ['gen-057'], {
    'claims.extensions': ['example_exchange_purposes'],
  }),
  row('other-name', 'certification_name is another than that of the programme.', ['com-007'], {
    'claims.certification_name': 'A certification of another name',
  }),
  row('without-further-claims', 'What the programme adds to a certification is not in it.', ['com-007'], {
    claims: (claims: Record<string, unknown>) =>
      Object.fromEntries(Object.entries(claims).filter(([name]) => OF_THE_GUIDE.has(name))),
  }),
]

/** Claims of every certification (guide 7.4.1). */
const OF_THE_GUIDE = new Set([
  ...['iss', 'sub', 'aud', 'exp', 'iat', 'jti', 'certification_name', 'certification_uris', 'extensions'],
  ...['grant_types', 'response_types', 'scope', 'client_name', 'redirect_uris', 'contacts', 'logo_uri'],
])

function endOf(x5c: unknown): number {
  const leaf = Array.isArray(x5c) ? String(x5c[0]) : ''
  return Math.floor(new X509Certificate(Buffer.from(leaf, 'base64')).validToDate.getTime() / 1000)
}
