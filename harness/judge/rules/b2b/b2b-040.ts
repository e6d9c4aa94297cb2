import { isObject, isStrings } from '../../../../wire/json.ts'
import { B2B_EXTENSION, PROFILES } from '../../../../wire/udap.ts'
import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'

/**
 * A server for client credentials supports the extension object (guide 5.2.1.1). Whether it does, its metadata says;
 * why it refuses one request, nothing says.
 */
export const rule: Rule = {
  id: 'b2b-040',
  on: ['metadata'],
  judge({ status, body }) {
    if (status !== 200 || !isObject(body)) return undefined
    const {
      udap_profiles_supported: profiles,
      grant_types_supported: grants,
      udap_authorization_extensions_supported: extensions,
    } = body
    const offers =
      isStrings(grants) &&
      grants.includes('client_credentials') &&
      isStrings(profiles) &&
      profiles.includes(PROFILES.authz)
    if (!offers) return undefined
    if (isStrings(extensions) && extensions.includes(B2B_EXTENSION)) return 'met'
    return { expected: `${B2B_EXTENSION} among the extensions that are supported`, seen: words(extensions) }
  },
}
