import type { Rule } from '../../rule.ts'
import { published } from '../shared/metadata.ts'

const known = [
  'udap_versions_supported',
  'udap_profiles_supported',
  'udap_authorization_extensions_supported',
  'udap_authorization_extensions_required',
  'udap_certifications_supported',
  'udap_certifications_required',
  'grant_types_supported',
  'scopes_supported',
  'authorization_endpoint',
  'token_endpoint',
  'token_endpoint_auth_methods_supported',
  'token_endpoint_auth_signing_alg_values_supported',
  'registration_endpoint',
  'registration_endpoint_jwt_signing_alg_values_supported',
  'signed_metadata',
]

/** Metadata may say more than the guide asks for (Discovery 2.2). */
export const rule: Rule = {
  id: 'disc-036',
  on: ['metadata'],
  judge(message) {
    const body = published(message)
    if (!body) return undefined
    return Object.keys(body).some((name) => !known.includes(name)) ? 'met' : 'unused'
  },
}
