import type { Rule } from '../../rule.ts'
import { statementOf } from '../../statement.ts'
import { refusal } from '../shared/accepted.ts'
import { clientUriFlaw } from '../shared/community-registration.ts'
import { inCommunity } from '../shared/trust-community.ts'

/** Who has a URI of another form is no client of the community. */
export const rule: Rule = {
  id: 'com-005',
  on: ['registration-response'],
  judge: inCommunity((message, community, { history }) => {
    const iss = statementOf(message, history)?.body?.iss
    const flaw = typeof iss === 'string' ? clientUriFlaw(iss, community) : undefined
    return flaw && refusal(message, `a software statement with iss ${flaw.seen} instead of ${flaw.expected}`)
  }),
}
