/** `signed_metadata` (guide 2.3; UDAP Server Metadata 3). */
import type { RuleId } from '../../../spec/types.ts'
import { issuerFaults, jwtFaults } from '../../jwt-faults.ts'
import { spoilt, type Wrong } from '../../spoil.ts'

const row = (mutation: string, title: string, breaks: RuleId[], set: Record<string, Wrong>, tests = stop) =>
  spoilt('signed-metadata', { mutation, title, breaks, tests, set })

/** What the client is to do when it does not hold. */
const stop: RuleId[] = ['disc-049', 'disc-050']
const stopping = (...breaks: RuleId[]) => ({ breaks, tests: stop })

/** A leap year: more than a year after whatever day it was issued on. */
const A_YEAR_S = 366 * 24 * 3600

export const signedMetadataFaults = [
  ...jwtFaults({
    artifact: 'signed-metadata',
    noun: 'signed_metadata',
    maxLifetimeS: A_YEAR_S,
    rules: {
      expired: stopping('disc-x01'),
      lifetime: ['disc-043'],
      exp: stopping('disc-042'),
      'no-iat': stopping('disc-044'),
      'issued-in-the-future': stopping(),
      'no-jti': stopping('disc-045'),
      'no-iss': stopping('disc-039', 'disc-040', 'disc-041'),
      x5c: stopping('gen-013'),
      alg: stopping('disc-037', 'gen-013'),
      signature: stopping('gen-013'),
      'five-parts': stopping('disc-035'),
    },
  }),
  ...issuerFaults({
    artifact: 'signed-metadata',
    noun: 'signed_metadata',
    issuer: stopping('disc-039', 'disc-040'),
    subject: stopping('disc-041'),
  }),
  row('alg-rs384', 'signed_metadata is signed with RS384.', ['disc-037'], { 'header.alg': 'RS384' }, []),
  row(
    'iss-with-slash',
    'iss and sub have a slash more at their end than the base URL.',
    ['disc-039', 'disc-040'],
    {
      'claims.iss': (iss: string) => `${iss}/`,
      'claims.sub': (sub: string) => `${sub}/`,
    },
  ),
  row(
    'iss-as-urn',
    'iss and sub are a URN that nobody has, no address on the web.',
    ['disc-039', 'disc-040', 'com-001'],
    { 'claims.iss': 'urn:example:a-server-of-nobody', 'claims.sub': 'urn:example:a-server-of-nobody' },
  ),
  row('no-authorization-endpoint', 'signed_metadata has no authorization_endpoint.', ['disc-046'], {
    'claims.authorization_endpoint': undefined,
  }),
  row('no-token-endpoint', 'signed_metadata has no token_endpoint.', ['disc-047'], {
    'claims.token_endpoint': undefined,
  }),
  row('no-registration-endpoint', 'signed_metadata has no registration_endpoint.', ['disc-048'], {
    'claims.registration_endpoint': undefined,
  }),
  row('relative-token-endpoint', 'token_endpoint of signed_metadata is no absolute URL.', ['disc-047'], {
    'claims.token_endpoint': '/token',
  }),
  row(
    'other-token-endpoint',
    'token_endpoint of signed_metadata is not the one beside it.',
    ['disc-x02'],
    { 'claims.token_endpoint': 'https://another-server.example/token' },
    ['disc-038', ...stop],
  ),
]
