import { isStrings } from '../../../../wire/json.ts'
import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'

const uri = /^[a-z][a-z0-9+.-]*:\S*$/i
const address = /^mailto:[^@\s]+@[^@\s]+$/i

/** How the operator can be reached: URIs, one of them for e-mail (guide 3.1). */
export const rule: Rule = {
  id: 'reg-019',
  on: ['software-statement'],
  judge({ body }) {
    if (!body) return undefined
    const { contacts } = body
    if (!isStrings(contacts)) return { expected: 'contacts an array of texts', seen: words(contacts) }
    const wrong = contacts.find((one) => !uri.test(one))
    if (wrong !== undefined) return { expected: 'every contact a URI', seen: words(wrong) }
    if (contacts.some((one) => address.test(one))) return 'met'
    return { expected: 'a mailto: address among the contacts', seen: words(contacts) }
  },
}
