/** What the browser is sent back to the client with (RFC 6749 4.1.2; RFC 9207; guide 7.2, Tiered OAuth 6.2). */
import type { RuleId } from '../../../spec/types.ts'
import { spoilt, type Wrong } from '../../spoil.ts'

const row = (mutation: string, title: string, breaks: RuleId[], set: Record<string, Wrong>) =>
  spoilt('authorization-response', { mutation, title, breaks, set })

/** An answer of the other sort, an error or one without iss, has nothing here to be spoilt. */
const insteadOf = (wrong: string) => (sent: string | undefined) => (sent === undefined ? undefined : wrong)

export const authorizationResponseFaults = [
  row('wrong-state', 'state is not the one of the request.', ['gen-026', 'tier-019', 'tier-020'], {
    state: 'another-state',
  }),
  row('no-state', 'state is missing.', ['gen-026', 'tier-019', 'tier-020'], { state: undefined }),
  row('no-code', 'There is neither a code nor an error.', ['con-006', 'b2b-007'], { code: undefined }),
  row('wrong-code', 'code is one that was never issued.', ['con-006', 'b2b-007', 'tier-026'], {
    code: insteadOf('a-code-that-was-never-issued'),
  }),
  row('error', 'There is an error in the place of the code.', ['tier-021'], {
    code: undefined,
    error: 'temporarily_unavailable',
  }),
  // RFC 9207, which the guide does not bind.
  row('wrong-iss', 'iss is another issuer.', [], { iss: insteadOf('https://somebody-else.example') }),
  row('no-iss', 'iss is missing.', [], { iss: undefined }),
]
