/** What a token endpoint answers (guide, Consumer 4.3, B2B 5.2.3; RFC 6749 5.1; OpenID Connect Core 3.1.3.3; SMART App Launch). */
import type { RuleId } from '../../../spec/types.ts'
import { spoilt, type Wrong } from '../../spoil.ts'

const row = (
  mutation: string,
  title: string,
  breaks: RuleId[],
  set: Record<string, Wrong>,
  tests: RuleId[] = [],
) => spoilt('token-response', { mutation, title, breaks, tests, set })

/** The HTTP answer around it, or around an error (RFC 6749 5.1, 5.2). */
const answer = (mutation: string, title: string, breaks: RuleId[], set: Record<string, Wrong>) =>
  spoilt('token-answer', { mutation, title, breaks, set })

const SHAPE: RuleId[] = ['b2b-060', 'con-031', 'b2b-x10']
const DENIAL: RuleId[] = ['b2b-060', 'con-031', 'b2b-x11']

export const tokenResponseFaults = [
  row('no-access-token', 'access_token is missing.', SHAPE, { access_token: undefined }),
  row('no-token-type', 'token_type is missing.', SHAPE, { token_type: undefined }),
  // RFC 6749 7.1: a client does not use a token of a type that it does not know.
  row('wrong-token-type', 'token_type is MAC.', [], { token_type: 'MAC' }),
  row('expires-too-late', 'expires_in is 3601 s; 3600 s are allowed.', ['b2b-062', 'con-033'], {
    expires_in: 3601,
  }),
  row('with-refresh-token', 'A refresh token comes with client credentials.', ['b2b-065'], {
    refresh_token: 'refresh',
  }),
  row('no-scope', 'scope is missing.', ['gen-039'], { scope: undefined }),
  // 7.3: it may be more than was asked for.
  row(
    'more-scope',
    'scope has email, which may not have been asked for.',
    [],
    { scope: (scope: string) => `${scope} email` },
    ['gen-042'],
  ),
  row('other-scope', 'scope is email, whatever was asked for.', ['gen-035'], { scope: 'email' }),
  row('wider-scope', 'scope has a write scope that nobody was asked about.', ['b2b-x16'], {
    scope: (scope: string) => `${scope} patient/Observation.cruds`,
  }),
  // 4.3, 5.3: they may be issued.
  row('no-refresh-token', 'refresh_token is missing.', [], { refresh_token: undefined }),
  row('no-id-token', 'id_token is missing.', [], { id_token: undefined }, ['tier-026']),
  row('id-token-no-jwt', 'id_token is no JWT.', [], { id_token: 'no.jwt' }, ['tier-026']),
  // SMART App Launch, which the guide does not bind.
  row('no-patient', 'patient, the record that was chosen, is missing.', [], { patient: undefined }),
  row('wrong-patient', 'patient is another record than the one that was chosen.', [], {
    patient: 'somebody-else',
  }),
  answer('no-cache-control', 'A token comes without Cache-Control.', ['b2b-x09'], {
    'headers.cache-control': undefined,
  }),
  answer('no-pragma', 'A token comes without Pragma.', ['b2b-x09'], { 'headers.pragma': undefined }),
  answer('as-text', 'The answer is JSON, but says that it is text/html.', [...SHAPE, 'b2b-x11'], {
    'headers.content-type': 'text/html',
  }),
  answer('created', 'A token comes with status 201.', SHAPE, { status: 201 }),
  answer('forbidden', 'A denial comes with status 403.', DENIAL, { status: 403 }),
  answer('no-error', 'A denial has no error code.', DENIAL, { 'body.error': undefined }),
  answer(
    'invalid-scope',
    'Whatever is denied is denied with invalid_scope.',
    ['gen-040', 'b2b-x12', 'b2b-x13'],
    {
      'body.error': 'invalid_scope',
    },
  ),
  answer('no-challenge', 'A denial has no WWW-Authenticate header.', ['gen-x07'], {
    'headers.www-authenticate': undefined,
  }),
  answer('denied', 'Whoever asks is denied.', ['gen-016'], {
    status: 400,
    body: JSON.stringify({ error: 'invalid_client' }),
  }),
]
