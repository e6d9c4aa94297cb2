import type { Rule } from '../../rule.ts'
import { clientId, denied } from '../shared/token-denial.ts'
import { tokenRequestOf } from '../shared/token-request.ts'

/** A client_id beside the assertion names the same client (UDAP JWT Client Auth 6.3). */
export const rule: Rule = {
  id: 'b2b-x04',
  on: ['token-response'],
  judge(response, view) {
    const request = tokenRequestOf(response, view)
    if (!request?.assertion?.body || request.body.client_id === undefined) return undefined
    return clientId(request) === undefined ? 'met' : denied(request, [clientId])
  },
}
