/** `signed_metadata` (guide 2.3; UDAP Server Metadata 3). */
import type { RuleId } from '../../../spec/types.ts'
import { issuerFaults, jwtFaults } from '../../jwt-faults.ts'
import { spoilt, type Wrong } from '../../spoil.ts'

const row = (mutation: string, title: string, breaks: RuleId[], set: Record<string, Wrong>) =>
  spoilt('signed-metadata', { mutation, title, breaks, set })

/** A leap year: more than a year after whatever day it was issued on. */
const A_YEAR_S = 366 * 24 * 3600

export const signedMetadataFaults = [
  ...jwtFaults({
    artifact: 'signed-metadata',
    noun: 'signed_metadata',
    maxLifetimeS: A_YEAR_S,
    rules: {
      expired: ['disc-049', 'disc-050'],
      lifetime: ['disc-043'],
      exp: ['disc-042'],
      iat: ['disc-044'],
      jti: ['disc-045'],
      x5c: ['gen-012', 'gen-013'],
      alg: ['disc-037', 'gen-003'],
      signature: ['disc-049', 'disc-050'],
    },
  }),
  ...issuerFaults({
    artifact: 'signed-metadata',
    noun: 'signed_metadata',
    issuer: ['disc-039', 'disc-040'],
    subject: ['disc-041'],
  }),
  row('alg-rs384', 'signed_metadata is signed with RS384.', ['disc-037'], { 'header.alg': 'RS384' }),
  row('iss-with-slash', 'iss and sub have a slash more at their end than the base URL.', ['disc-040'], {
    'claims.iss': (iss: string) => `${iss}/`,
    'claims.sub': (sub: string) => `${sub}/`,
  }),
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
  row('other-token-endpoint', 'token_endpoint of signed_metadata is not the one beside it.', ['disc-049'], {
    'claims.token_endpoint': 'https://another-server.example/token',
  }),
]
