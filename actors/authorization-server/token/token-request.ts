/** A token request and the checks of its parameters (guide, B2B 5.2; UDAP JWT-Based Client Authentication 5.2). */
import { UDAP_VERSION } from '../../../wire/udap.ts'
import type { Check } from '../../checks.ts'
import { type FormRequest, refuse } from '../form-request.ts'
import { servedGrants } from './grants.ts'
import type { ClientRequest } from './token-client.ts'

/** One token request while it is checked. */
export interface TokenRequest extends ClientRequest {
  scopes: string[]
}

export const udapVersion: Check<FormRequest> = {
  name: 'token-udap-version',
  refs: ['b2b-059'],
  run({ form }) {
    if (form.get('udap') !== UDAP_VERSION) refuse('invalid_request', `udap must be ${UDAP_VERSION}.`)
  },
}

export const grantType: Check<FormRequest> = {
  name: 'token-grant-type',
  refs: ['b2b-055'],
  run({ form, server }) {
    const grant = form.get('grant_type')
    if (grant === undefined) refuse('invalid_request', 'grant_type is missing.')
    const served: readonly string[] = servedGrants(server)
    if (!served.includes(grant)) {
      refuse('unsupported_grant_type', `grant_type must be one of: ${served.join(', ')}.`)
    }
  },
}
