import type { Rule } from '../../rule.ts'
import { isBySecret } from '../shared/shared-secret.ts'
import { noAuthorizationHeader } from '../shared/token-form.ts'

/** No Authorization header, whatever the grant (UDAP JWT client auth 5). */
export const rule: Rule = {
  id: 'b2b-x20',
  on: ['token-request'],
  // In 1.x a consumer app may have a secret instead of a key.
  judge: (message, view) => (isBySecret(message, view) ? undefined : noAuthorizationHeader(message, view)),
}
