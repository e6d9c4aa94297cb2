import type { Rule } from '../../rule.ts'
import { ofApps, stateAndPkce } from '../shared/authorization-request.ts'
import { verifierBrought } from '../shared/pkce.ts'

/** The client keeps to 7.2: state, and PKCE with S256. */
export const rule: Rule = {
  id: 'b2b-008',
  on: ['authorization-request', 'token-request'],
  judge: ofApps((message, view) =>
    message.kind === 'token-request' ? verifierBrought(message, view) : stateAndPkce(message, view),
  ),
}
