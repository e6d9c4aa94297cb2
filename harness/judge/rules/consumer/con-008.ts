import type { Rule } from '../../rule.ts'
import { serverConstraints } from '../shared/authorization-constraints.ts'
import { ofApps } from '../shared/authorization-request.ts'
import { invalidGrantForVerifier, verifierChecked } from '../shared/pkce.ts'

/** The server keeps to 7.2: state, and PKCE with S256. */
export const rule: Rule = {
  id: 'con-008',
  on: ['authorization-response', 'token-response'],
  judge: ofApps((message, view) =>
    message.kind === 'token-response'
      ? (invalidGrantForVerifier(message, view) ?? verifierChecked(message, view))
      : serverConstraints(message, view),
  ),
}
