/** The client assertion of a token request (guide, B2B 5.2.1; UDAP JWT-Based Client Authentication). */
import type { RuleId } from '../../../spec/types.ts'
import { issuerFaults, jwtFaults } from '../../jwt-faults.ts'
import { onJwt, spoilt, spoiltText, type Wrong } from '../../spoil.ts'

const row = (
  mutation: string,
  title: string,
  breaks: RuleId[],
  set: Record<string, Wrong>,
  tests: RuleId[] = [],
) => spoilt('client-assertion', { mutation, title, breaks, tests, set })

const issuer: RuleId[] = ['b2b-014', 'con-013']
const subject: RuleId[] = ['b2b-015', 'con-014']
const audience: RuleId[] = ['b2b-016', 'con-015']
const assertion: RuleId[] = ['b2b-051', 'b2b-058', 'con-029']

export const clientAssertionFaults = [
  ...jwtFaults({
    artifact: 'client-assertion',
    noun: 'The client assertion',
    maxLifetimeS: 300,
    rules: {
      expired: { breaks: ['b2b-x23'], tests: ['b2b-x06'] },
      lifetime: ['b2b-022', 'con-019'],
      exp: ['b2b-017', 'con-016'],
      iat: ['b2b-018', 'con-017'],
      jti: ['b2b-019', 'con-018'],
      'same-jti': ['b2b-019', 'con-018'],
      'no-iss': issuer,
      x5c: ['b2b-013', 'con-012'],
      alg: { breaks: ['b2b-013', 'con-012'], tests: ['b2b-x01'] },
      'alg-none': { breaks: ['b2b-013', 'con-012', 'b2b-024', 'con-021'], tests: ['b2b-x01'] },
      signature: { breaks: ['b2b-012', 'con-011'], tests: ['b2b-x01'] },
      'five-parts': ['b2b-024', 'con-021', ...assertion],
    },
  }),
  ...issuerFaults({
    artifact: 'client-assertion',
    noun: 'The client assertion',
    issuer: { breaks: [...issuer, ...subject, 'reg-002'], tests: ['b2b-x03'] },
    subject: { breaks: subject, tests: ['b2b-x03'] },
  }),
  row('no-aud', 'The client assertion has no aud claim.', audience, { 'claims.aud': undefined }, ['b2b-x05']),
  row(
    'wrong-aud',
    'The client assertion is for another server.',
    audience,
    { 'claims.aud': 'https://another-server.example/token' },
    ['b2b-x05'],
  ),
  row(
    'aud-with-slash',
    'The aud claim has a slash more at its end than the published URL.',
    audience,
    { 'claims.aud': (aud: string) => `${aud}/` },
    ['b2b-x05'],
  ),
  row('no-extensions', 'extensions is missing.', ['b2b-020'], { 'claims.extensions': undefined }, [
    'b2b-040',
  ]),
  row(
    'no-b2b',
    'extensions has no hl7-b2b object.',
    ['b2b-020'],
    { 'claims.extensions.hl7-b2b': undefined },
    ['b2b-040'],
  ),
  row(
    'with-extensions',
    'extensions is there, as null, though the grant is not client credentials.',
    ['b2b-021'],
    { 'claims.extensions': null },
  ),
  spoiltText('client-assertion', {
    mutation: 'json-serialization',
    title: 'The client assertion is in the JSON serialization of JWS.',
    breaks: ['b2b-024', 'con-021', ...assertion],
    touches: ['header', 'claims', 'protected', 'payload'],
    change: onJwt(({ signingInput, signature }) => {
      const [header, payload] = signingInput.split('.')
      return JSON.stringify({ payload, protected: header, signature })
    }),
  }),
  row(
    'aud-not-normalized',
    'The aud claim has the scheme of the published URL in capitals.',
    ['gen-017', ...audience],
    { 'claims.aud': (aud: string) => aud.replace(/^https/, 'HTTPS') },
    ['gen-018'],
  ),
]
