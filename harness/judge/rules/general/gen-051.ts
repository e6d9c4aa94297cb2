import { isStrings } from '../../../../wire/json.ts'
import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { isName } from '../shared/claims.ts'

const uri = /^[a-z][a-z0-9+.-]*:\S+$/i

/** What is certified: by a name for people and by URIs (guide 7.4.1). */
export const rule: Rule = {
  id: 'gen-051',
  on: ['certification'],
  judge({ body }) {
    if (!body) return undefined
    const { certification_name: name, certification_uris: uris } = body
    if (!isName(name)) return { expected: 'certification_name a name for people to read', seen: words(name) }
    if (isStrings(uris) && uris.length > 0 && uris.every((one) => uri.test(one))) return 'met'
    return { expected: 'certification_uris an array of one or more URIs', seen: words(uris) }
  },
}
