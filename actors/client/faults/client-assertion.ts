/** The client assertion of a token request (guide, B2B 5.2.1; UDAP JWT-Based Client Authentication). */
import type { RuleId } from '../../../spec/types.ts'
import { issuerFaults, jwtFaults } from '../../jwt-faults.ts'
import { spoilt, type Wrong } from '../../spoil.ts'

const row = (mutation: string, title: string, breaks: RuleId[], set: Record<string, Wrong>) =>
  spoilt('client-assertion', { mutation, title, breaks, set })

/** One key of the hl7-b2b object (5.2.1.1). */
const b2b = (mutation: string, title: string, breaks: RuleId[], key: string, wrong: Wrong) =>
  row(mutation, title, breaks, { [`claims.extensions.hl7-b2b.${key}`]: wrong })

export const clientAssertionFaults = [
  ...jwtFaults({
    artifact: 'client-assertion',
    noun: 'The client assertion',
    maxLifetimeS: 300,
    rules: {
      expired: ['b2b-x06'],
      lifetime: ['b2b-022'],
      exp: ['b2b-017', 'gen-014'],
      iat: ['b2b-018'],
      jti: ['b2b-019', 'gen-014'],
      x5c: ['b2b-013', 'gen-012'],
      alg: ['gen-003', 'b2b-024'],
      signature: ['b2b-x01'],
    },
  }),
  ...issuerFaults({
    artifact: 'client-assertion',
    noun: 'The client assertion',
    issuer: ['b2b-014', 'b2b-x03'],
    subject: ['b2b-015', 'b2b-x03'],
  }),
  row('no-aud', 'The client assertion has no aud claim.', ['b2b-016', 'b2b-x05'], {
    'claims.aud': undefined,
  }),
  row('wrong-aud', 'The client assertion is for another server.', ['b2b-016', 'b2b-x05'], {
    'claims.aud': 'https://another-server.example/token',
  }),
  row('aud-with-slash', 'The aud claim has a slash more at its end than the published URL.', ['b2b-016'], {
    'claims.aud': (aud: string) => `${aud}/`,
  }),
  row('no-extensions', 'extensions is missing.', ['b2b-020'], { 'claims.extensions': undefined }),
  row('no-b2b', 'extensions has no hl7-b2b object.', ['b2b-020'], {
    'claims.extensions.hl7-b2b': undefined,
  }),
  b2b('b2b-no-version', 'hl7-b2b has no version.', ['b2b-025'], 'version', undefined),
  b2b('b2b-version-as-number', 'version of hl7-b2b is a number.', ['b2b-025'], 'version', 1),
  b2b('b2b-wrong-version', 'version of hl7-b2b is 2.', ['b2b-025'], 'version', '2'),
  b2b('b2b-no-organization-id', 'hl7-b2b has no organization_id.', ['b2b-031'], 'organization_id', undefined),
  b2b(
    'b2b-organization-id-no-uri',
    'organization_id of hl7-b2b is no URI.',
    ['b2b-031'],
    'organization_id',
    '12345',
  ),
  b2b('b2b-no-purpose-of-use', 'hl7-b2b has no purpose_of_use.', ['b2b-034'], 'purpose_of_use', undefined),
  b2b(
    'b2b-purpose-of-use-as-text',
    'purpose_of_use of hl7-b2b is no array.',
    ['b2b-034'],
    'purpose_of_use',
    'TREAT',
  ),
  b2b('b2b-empty-purpose-of-use', 'purpose_of_use of hl7-b2b is empty.', ['b2b-034'], 'purpose_of_use', []),
]
