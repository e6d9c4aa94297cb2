import { isStrings } from '../../../../wire/json.ts'
import { answered } from '../../hops.ts'
import type { Rule } from '../../rule.ts'
import { short, words } from '../../words.ts'
import { isAsked } from '../shared/metadata.ts'

const lists = [
  'x5c',
  'udap_versions_supported',
  'udap_profiles_supported',
  'udap_authorization_extensions_supported',
  'udap_authorization_extensions_required',
  'udap_certifications_supported',
  'udap_certifications_required',
  'grant_types_supported',
  'scopes_supported',
  'token_endpoint_auth_methods_supported',
  'token_endpoint_auth_signing_alg_values_supported',
  'registration_endpoint_jwt_signing_alg_values_supported',
]
const texts = ['authorization_endpoint', 'token_endpoint', 'registration_endpoint', 'signed_metadata']

/** One JSON object whose members are what they are there for (guide, Discovery 2.1; UDAP Server Metadata 1). */
export const rule: Rule = {
  id: 'disc-005',
  on: ['metadata'],
  judge(message) {
    const { body, hop, status } = message
    // What breaks off on its way is no body.
    const isWhole = !hop.error && !hop.server?.error
    if (!isAsked(message) || status !== 200 || !isWhole) return undefined
    if (!body) return { expected: 'one JSON object', seen: words(short(answered(hop)?.body ?? '')) }
    const noList = lists.find((name) => body[name] !== undefined && !isStrings(body[name]))
    if (noList) return { expected: `${noList} to be a list of texts`, seen: words(body[noList]) }
    const noText = texts.find((name) => body[name] !== undefined && typeof body[name] !== 'string')
    if (noText) return { expected: `${noText} to be a text`, seen: words(body[noText]) }
    return 'met'
  },
}
