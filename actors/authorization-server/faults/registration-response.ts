/** The answer to a registration, granted or refused (guide, Registration 3.2.3, 3.4; UDAP DCR 5; RFC 7591 3.2). */
import type { RuleId } from '../../../spec/types.ts'
import type { Fault } from '../../make.ts'
import { spoilt, type Wrong } from '../../spoil.ts'
import type { RegistrationAnswer } from '../registration/registration.ts'

const row = (mutation: string, title: string, breaks: RuleId[], set: Record<string, Wrong>) =>
  spoilt('registration-response', { mutation, title, breaks, set })

/** A member that only one of the two answers has: where it is missing, it stays so. */
const present =
  <T>(change: (value: T) => unknown) =>
  (value: T | undefined) =>
    value === undefined ? undefined : change(value)

/** Of the whole HTTP answer, its JSON already written. */
const answer = (
  mutation: string,
  title: string,
  breaks: RuleId[],
  touches: string[],
  change: (answer: RegistrationAnswer) => Partial<RegistrationAnswer>,
): Fault => ({
  name: `registration-response/${mutation}`,
  artifact: 'registration-response',
  title,
  on: 'encoded',
  scope: 'step',
  touches,
  breaks,
  change: (before: RegistrationAnswer) => ({ ...before, ...change(before) }),
})

export const registrationResponseFaults: Fault[] = [
  row('no-client-id', 'There is no client_id.', ['reg-036', 'reg-x05'], { client_id: undefined }),
  row(
    'one-client-id',
    'The client_id is the same for whoever registers.',
    ['reg-036', 'reg-047', 'reg-048'],
    { client_id: present(() => 'one-for-all') },
  ),
  row(
    'new-client-id',
    'The client_id is a new one, and the server does not cancel the earlier one.',
    ['reg-050', 'reg-051'],
    { client_id: present((id: string) => `${id}-new`) },
  ),
  row('statement-changed', 'software_statement is not the one that was sent.', ['reg-x05'], {
    software_statement: present((jwt: string) => `${jwt.slice(0, -4)}AAAA`),
  }),
  row('no-statement', 'software_statement is missing.', ['reg-x05'], { software_statement: undefined }),
  row('no-grant-types', 'grant_types is missing.', ['reg-x05'], { grant_types: undefined }),
  row('not-cancelled', 'grant_types is not empty, though the client cancels.', ['reg-052'], {
    grant_types: present(() => ['client_credentials']),
  }),
  // Allowed by itself (3.2.3): wrong where the name comes from elsewhere than the software statement.
  row('another-client-name', 'client_name is another one than was signed.', ['reg-049', 'reg-x16'], {
    client_name: present(() => 'Somebody else'),
  }),
  row('with-jwt-claims', 'iss and aud of the statement stand in the answer.', ['reg-040'], {
    iss: 'https://app.example',
    aud: 'https://as.example/register',
  }),
  row('empty-logo', 'A parameter without a value is sent as an empty text.', ['reg-038', 'reg-039'], {
    logo_uri: '',
  }),
  row('null-parameter', 'A parameter without a value is sent as null.', ['reg-038', 'reg-039'], {
    tos_uri: null,
  }),
  row('no-certifications', 'certifications is missing.', ['reg-x13'], { certifications: undefined }),
  row('another-certification', 'certifications has one that the client did not send.', ['reg-x13'], {
    certifications: present((list: string[]) => [...list, 'eyJhbGciOiJSUzI1NiJ9.e30.AAAA']),
  }),
  row('no-error', 'The refusal has no error code.', ['reg-041'], { error: undefined }),
  row('unknown-error', 'The error code is none of those for registrations.', ['reg-041'], {
    error: present(() => 'access_denied'),
  }),
  row(
    'metadata-error',
    'The error code is invalid_client_metadata, whatever is wrong.',
    ['reg-x08', 'reg-x09', 'reg-x15'],
    { error: present(() => 'invalid_client_metadata') },
  ),
  row(
    'statement-error',
    'The error code is invalid_software_statement, whatever is wrong.',
    ['gen-036', 'gen-041'],
    { error: present(() => 'invalid_software_statement') },
  ),
  answer('status-200', 'The status is 200, whatever happened.', ['reg-036', 'reg-041'], ['status'], () => ({
    status: 200,
  })),
  answer('status-201', 'The status is 201, whatever happened.', ['reg-054', 'reg-x10'], ['status'], () => ({
    status: 201,
  })),
  answer('status-403', 'The status is 403, whatever happened.', ['reg-041'], ['status'], () => ({
    status: 403,
  })),
  answer(
    'not-found',
    'The status is 404, as if nobody could register here.',
    ['reg-003'],
    ['status', 'body'],
    () => ({
      status: 404,
      body: '{}',
    }),
  ),
  answer(
    'unknown-certification-refused',
    'The registration is refused for its certification, whichever it is.',
    ['reg-043'],
    ['status', 'body'],
    () => ({ status: 400, body: JSON.stringify({ error: 'unapproved_certification' }) }),
  ),
  answer(
    'untrusted',
    'The registration is refused with unapproved_software_statement, whoever asks.',
    ['reg-x11'],
    ['status', 'body'],
    () => ({ status: 400, body: JSON.stringify({ error: 'unapproved_software_statement' }) }),
  ),
  answer(
    'text-plain',
    'The JSON is sent as text/plain.',
    ['reg-x07'],
    ['headers.content-type'],
    ({ headers }) => ({ headers: { ...headers, 'content-type': 'text/plain' } }),
  ),
]
