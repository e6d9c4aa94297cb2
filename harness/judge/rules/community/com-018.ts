import type { Rule } from '../../rule.ts'
import { assertionOf } from '../../statement.ts'
import { refusal } from '../shared/accepted.ts'
import { tokenFlaw } from '../shared/community-token.ts'
import { definitionFor } from '../shared/trust-community.ts'

/** What is not as the community has it opens nothing (UDAP Client Authorization Grants 6.4). */
export const rule: Rule = {
  id: 'com-018',
  on: ['token-response'],
  judge(message, view) {
    const assertion = assertionOf(message, view.history)
    const community = assertion?.body && definitionFor(assertion, view)
    const flaw = community && tokenFlaw(assertion!, community, view)
    return flaw === undefined ? undefined : refusal(message, `a client assertion with ${flaw}`)
  },
}
