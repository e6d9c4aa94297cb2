import type { Rule } from '../../rule.ts'
import { challengeSent } from '../shared/authorization-request.ts'
import { verifierBrought } from '../shared/pkce.ts'

/** The client uses PKCE with S256, from the challenge to the verifier. */
export const rule: Rule = {
  id: 'gen-028',
  on: ['authorization-request', 'token-request'],
  judge: (message, view) =>
    message.kind === 'token-request' ? verifierBrought(message, view) : challengeSent(message, view),
}
