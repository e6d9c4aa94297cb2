import type { Rule } from '../../rule.ts'
import { onlyS256, verifierChecked } from '../shared/pkce.ts'

/** The server uses PKCE with S256: no other method, and no token without the verifier. */
export const rule: Rule = {
  id: 'gen-029',
  on: ['authorization-response', 'token-response'],
  judge: (message, view) =>
    message.kind === 'token-response' ? verifierChecked(message, view) : onlyS256(message, view),
}
