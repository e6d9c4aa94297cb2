/** What the browser is sent back to the client with (RFC 6749 4.1.2; RFC 9207; guide 7.2, Tiered OAuth 6.2). */
import type { RuleId } from '../../../spec/types.ts'
import { spoilt, spoiltText, type Wrong } from '../../spoil.ts'

/** @param tests rules of the client that gets it */
const row = (
  mutation: string,
  title: string,
  breaks: RuleId[],
  set: Record<string, Wrong>,
  tests: RuleId[] = [],
) => spoilt('authorization-response', { mutation, title, breaks, tests, set })

/** An answer of the other sort, an error or one without iss, has nothing here to be spoilt. */
const insteadOf = (wrong: string) => (sent: string | undefined) => (sent === undefined ? undefined : wrong)

/** The consumer and the B2B page say the same of an answer, and of its state. */
const answer = ['con-006', 'b2b-007']
const state = ['gen-026', ...answer, 'con-008', 'b2b-009']
const stateTests = ['gen-027', 'tier-x06', 'tier-019', 'tier-020']

export const authorizationResponseFaults = [
  row('wrong-state', 'state is not the one of the request.', state, { state: 'another-state' }, stateTests),
  row('no-state', 'state is missing.', state, { state: undefined }, stateTests),
  row('no-code', 'There is neither a code nor an error.', answer, { code: undefined }),
  row('code-and-error', 'There is an error beside the code.', answer, {
    error: 'temporarily_unavailable',
  }),
  row(
    'wrong-code',
    'code is one that was never issued.',
    [],
    {
      code: insteadOf('a-code-that-was-never-issued'),
    },
    ['con-031', 'b2b-x07', 'tier-026'],
  ),
  row(
    'error',
    'There is an error in the place of the code.',
    [],
    {
      code: undefined,
      error: 'temporarily_unavailable',
    },
    ['tier-021'],
  ),
  row(
    'wrong-error',
    'error is access_denied, whatever is wrong.',
    ['gen-025', 'gen-030', 'gen-x25', 'gen-x27', 'con-008', 'b2b-009'],
    {
      error: insteadOf('access_denied'),
    },
  ),
  row('bad-error', 'error has a quotation mark, which it must not have.', answer, {
    error: insteadOf('"invalid"'),
  }),
  // RFC 6749 8.2: there may be more parameters than the client knows.
  row('unknown-parameter', 'There is a parameter that no text knows.', [], { 'x-of-our-own': 'a value' }, [
    'gen-x29',
  ]),
  spoiltText('authorization-response', {
    mutation: 'repeated-parameter',
    title: 'state comes twice.',
    breaks: ['gen-x28'],
    touches: ['state'],
    change: (url) => `${url}&state=another`,
  }),
  // RFC 9207, which the guide does not bind.
  row('wrong-iss', 'iss is another issuer.', [], { iss: insteadOf('https://somebody-else.example') }),
  row('no-iss', 'iss is missing.', [], { iss: undefined }),
]
