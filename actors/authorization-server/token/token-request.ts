/** A token request and the checks of its parameters (guide, B2B 5.2; UDAP JWT-Based Client Authentication 5). */
import { UDAP_VERSION } from '../../../wire/udap.ts'
import type { Check } from '../../checks.ts'
import type { Family, IssuedCode, IssuedRefreshToken } from '../authorization/grants.ts'
import { type FormRequest, refuse } from '../form-request.ts'
import type { ClientRequest } from './token-client.ts'

/** One token request while it is checked. */
export interface TokenRequest extends ClientRequest {
  scopes: string[]
  /** What the code or the refresh token stands for; with client credentials there is none. */
  family: Family | undefined
  code: IssuedCode | undefined
  refreshToken: IssuedRefreshToken | undefined
  /** What has already been used: refusing it ends all that came of it. */
  reused: Family | undefined
}

export const udapVersion: Check<FormRequest> = {
  name: 'token-udap-version',
  refs: ['b2b-052', 'b2b-059', 'con-030'],
  run({ form }) {
    // The guide asks for it in requests by code and client credentials.
    if (form.get('grant_type') === 'refresh_token' && !form.has('udap')) return
    if (form.get('udap') !== UDAP_VERSION) refuse('invalid_request', `udap must be ${UDAP_VERSION}.`)
  },
}

export const grantType: Check<FormRequest> = {
  name: 'token-grant-type',
  refs: ['b2b-047', 'b2b-055', 'con-025'],
  breaks: ['b2b-x07', 'b2b-060'],
  run({ form, server }) {
    const grant = form.get('grant_type')
    if (grant === undefined) refuse('invalid_request', 'grant_type is missing.')
    const served: readonly string[] = server.with.grants
    if (!served.includes(grant)) {
      refuse('unsupported_grant_type', `grant_type must be one of: ${served.join(', ')}.`)
    }
  },
}

/** The checks of requests by one grant type. What gets past a skipped check of it goes on as client credentials. */
export function forGrant(
  grant: 'client_credentials' | 'authorization_code' | 'refresh_token',
  checks: Check<TokenRequest>[],
): Check<TokenRequest>[] {
  return checks.map((check) => ({
    ...check,
    run: (subject) => (grantOf(subject) === grant ? check.run(subject) : undefined),
  }))
}

function grantOf({ form }: FormRequest) {
  const grant = form.get('grant_type')
  return grant === 'authorization_code' || grant === 'refresh_token' ? grant : 'client_credentials'
}
