import { isStrings } from '../../../../wire/json.ts'
import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'

/** Contacts in a certification are mailto: or https URIs (UDAP Certifications 1). */
export const rule: Rule = {
  id: 'reg-x28',
  on: ['certification'],
  judge({ body }) {
    if (!body || !Object.hasOwn(body, 'contacts')) return undefined
    const { contacts } = body
    if (isStrings(contacts) && contacts.every((one) => /^(mailto:|https:\/\/)\S+$/i.test(one))) return 'met'
    return { expected: 'contacts an array of mailto: or https URIs', seen: words(contacts) }
  },
}
