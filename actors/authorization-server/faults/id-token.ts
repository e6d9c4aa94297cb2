/** The ID token (guide, Tiered OAuth 6.2; UDAP Tiered OAuth 4.3; OpenID Connect Core 2 and 3.1.3.7). */
import { jwtFaults } from '../../jwt-faults.ts'
import type { Fault, JwtDraft } from '../../make.ts'
import { type Row, spoilt, type Wrong } from '../../spoil.ts'

/** Whoever sends it breaks the one, and puts who reads it to the test of the other. */
const VALIDATED = { breaks: ['tier-024'], tests: ['tier-025'] } satisfies Pick<Row, 'breaks' | 'tests'>

/** Who reads it may be more lenient, or look for it elsewhere. */
const SENT = { breaks: ['tier-024'] }

const ASSURED = { breaks: ['tier-024', 'tier-x11'] }

/** Nothing that the guide forbids whoever sends it. */
const READ = { breaks: [], tests: ['tier-025'] }

const row = (
  mutation: string,
  title: string,
  set: Record<string, Wrong>,
  rules: Pick<Row, 'breaks' | 'tests'> = VALIDATED,
) => spoilt('id-token', { mutation, title, ...rules, set })

const SOMEBODY_ELSE = 'https://somebody-else.example'
const STRANGER = 'a-subject-that-nobody-knows'
const A_YEAR_S = 365 * 24 * 3600

export const idTokenFaults: Fault[] = [
  ...jwtFaults({
    artifact: 'id-token',
    noun: 'The ID token',
    rules: {
      expired: VALIDATED,
      exp: VALIDATED,
      iat: ['tier-024'],
      'no-iss': VALIDATED,
      jti: ['tier-024'],
      'same-jti': [],
      x5c: VALIDATED,
      alg: VALIDATED,
      signature: VALIDATED,
      'five-parts': VALIDATED,
    },
  }),
  row(
    'stale',
    'The ID token was issued a year ago, by its iat, and has not expired yet.',
    {
      'claims.iat': (iat: number) => iat - A_YEAR_S,
    },
    SENT,
  ),
  row('wrong-issuer', 'iss of the ID token is another issuer.', { 'claims.iss': SOMEBODY_ELSE }),
  row('issuer-with-slash', 'iss of the ID token has a slash more at its end than the issuer.', {
    'claims.iss': (iss: string) => `${iss}/`,
  }),
  row('wrong-audience', 'The ID token is for another client.', { 'claims.aud': SOMEBODY_ELSE }),
  row('no-audience', 'The ID token has no aud claim.', { 'claims.aud': undefined }),
  row(
    'extra-audience',
    'The ID token is for another client as well, and does not say who asked: no azp.',
    {
      'claims.aud': (aud: string) => [aud, SOMEBODY_ELSE],
    },
    READ,
  ),
  row(
    'wrong-azp',
    'azp of the ID token, who asked for it, is another client.',
    {
      'claims.azp': SOMEBODY_ELSE,
    },
    READ,
  ),
  row('wrong-nonce', 'The ID token has another nonce than the request.', {
    'claims.nonce': 'another-nonce',
  }),
  row('no-nonce', 'The ID token has no nonce though the request has one.', { 'claims.nonce': undefined }),
  row('no-sub', 'The ID token has no sub claim.', { 'claims.sub': undefined }, SENT),
  row('empty-sub', 'sub of the ID token is an empty text.', { 'claims.sub': '' }, SENT),
  row(
    'unknown-subject',
    'sub of the ID token is a subject that nobody knows.',
    { 'claims.sub': STRANGER },
    { breaks: [], tests: ['tier-031'] },
  ),
  // RFC 7519 4: a reader refuses it, or takes the last one, who is nobody.
  row(
    'two-subs',
    'The ID token has two sub claims: the person, then a subject that nobody knows.',
    {
      payload: (_: undefined, { claims }: JwtDraft) =>
        `${JSON.stringify(claims).slice(0, -1)},"sub":${JSON.stringify(STRANGER)}}`,
    },
    READ,
  ),
  row(
    'wrong-at-hash',
    'at_hash of the ID token is of another access token.',
    {
      'claims.at_hash': Buffer.alloc(16).toString('base64url'),
    },
    READ,
  ),
  row('no-acr', 'The ID token has no acr claim.', { 'claims.acr': undefined }, ASSURED),
  row(
    'other-acr',
    'acr of the ID token is none of the levels of UDAP.',
    { 'claims.acr': 'urn:example:high' },
    ASSURED,
  ),
  row('no-amr', 'The ID token has no amr claim.', { 'claims.amr': undefined }, ASSURED),
  row(
    'amr-as-text',
    'amr of the ID token is a text instead of an array.',
    {
      'claims.amr': (amr: string[] | undefined) => amr?.join(' '),
    },
    ASSURED,
  ),
  row(
    'unknown-key',
    'The kid header of the ID token is of no published key.',
    { 'header.kid': 'unknown' },
    READ,
  ),
  {
    name: 'id-token/other-certificate',
    artifact: 'id-token',
    title: 'The ID token is signed with a certificate that its own key signed, of the same URI name.',
    on: 'encoded',
    scope: 'step',
    touches: ['header.x5c', 'signature'],
    breaks: [],
    tests: ['tier-025', 'gen-019'],
    // What issues certificates is heavy, and seldom needed.
    async change(text: string, kit) {
      const { signedWithOwnCertificate } = await import('./own-certificate.ts')
      return signedWithOwnCertificate(text, kit)
    },
  },
]
