/** A certification of a client, by itself or by a third party (guide 7.4; UDAP Certifications). */
import type { RuleId } from '../../../spec/types.ts'
import { jwtFaults } from '../../jwt-faults.ts'
import { spoilt, type Wrong } from '../../spoil.ts'

const row = (mutation: string, title: string, breaks: RuleId[], set: Record<string, Wrong>) =>
  spoilt('certification', { mutation, title, breaks, set })

/** Leap years: more than three years after whatever day it was issued on. */
const THREE_YEARS_S = 3 * 366 * 24 * 3600

export const certificationFaults = [
  ...jwtFaults({
    artifact: 'certification',
    noun: 'The certification',
    maxLifetimeS: THREE_YEARS_S,
    rules: {
      expired: ['gen-050'],
      lifetime: ['gen-050'],
      exp: ['gen-050', 'gen-014'],
      iat: ['gen-050'],
      jti: ['gen-050', 'gen-014'],
      x5c: ['gen-045', 'gen-012'],
      alg: ['gen-046', 'gen-003'],
      signature: ['gen-046'],
    },
  }),
  row('wrong-iss', 'The iss claim is no URI name of the certificate of its signer.', ['gen-047'], {
    'claims.iss': 'https://somebody-else.example',
  }),
  row('wrong-sub', 'The certification is about another client.', ['gen-048'], {
    'claims.sub': 'https://somebody-else.example',
  }),
  row('wrong-aud', 'The certification is for another server.', ['gen-049'], {
    'claims.aud': 'https://another-server.example/register',
  }),
  row('no-name', 'certification_name is missing.', ['gen-051'], { 'claims.certification_name': undefined }),
  row('bad-uri', 'One of certification_uris is no URI.', ['gen-051'], {
    'claims.certification_uris': (uris: string[]) => [...uris, 'no URI'],
  }),
  row('other-grant', 'The certification is for a client of the other grant type.', ['reg-035'], {
    'claims.grant_types': ['authorization_code'],
  }),
]
