/**
 * The access token, a JWT (RFC 9068). The guide leaves its format open, so most of these break no row of the
 * catalogue: they put the FHIR server to the test (RFC 9068 4).
 */
import type { RuleId } from '../../../spec/types.ts'
import { onJwt, spoilt, spoiltText, type Wrong } from '../../spoil.ts'

const row = (mutation: string, title: string, set: Record<string, Wrong>, breaks: RuleId[] = []) =>
  spoilt('access-token', { mutation, title, breaks, set })

const AN_HOUR_S = 3600

export const accessTokenFaults = [
  row('expired', 'The access token expired an hour ago.', {
    'claims.exp': (_: number, __: object, { nowS }: { nowS: number }) => nowS - AN_HOUR_S,
  }),
  row(
    'lives-too-long',
    'The access token expires an hour and a second after its iat, whatever expires_in says.',
    { 'claims.exp': (_: number, { claims }: { claims: { iat: number } }) => claims.iat + AN_HOUR_S + 1 },
    ['b2b-062', 'con-033'],
  ),
  row('no-exp', 'The access token has no exp claim.', { 'claims.exp': undefined }),
  row('not-yet-valid', 'The access token is valid in an hour, by its nbf claim.', {
    'claims.nbf': (_: number, __: object, { nowS }: { nowS: number }) => nowS + AN_HOUR_S,
  }),
  row('wrong-aud', 'The access token is for another FHIR server.', {
    'claims.aud': 'https://another-server.example/fhir',
  }),
  row('wrong-iss', 'The access token was issued by somebody else, it says.', {
    'claims.iss': 'https://another-server.example',
  }),
  row('no-scope', 'The access token has no scope claim.', { 'claims.scope': undefined }),
  row('wrong-typ', 'The typ header of the access token is JWT.', { 'header.typ': 'JWT' }),
  row('unknown-key', 'The kid header of the access token is of no published key.', {
    'header.kid': 'unknown',
  }),
  spoiltText('access-token', {
    mutation: 'bad-signature',
    title: 'The access token has a signature of zeros.',
    breaks: [],
    touches: ['signature'],
    change: onJwt(
      ({ signingInput, signature }) =>
        `${signingInput}.${Buffer.alloc(Buffer.from(signature, 'base64url').length).toString('base64url')}`,
    ),
  }),
  spoiltText('access-token', {
    mutation: 'no-jwt',
    title: 'The access token is no JWT.',
    breaks: [],
    touches: [''],
    change: () => 'no.jwt',
  }),
]
