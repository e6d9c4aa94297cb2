import { isStrings } from '../../../../wire/json.ts'
import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'

/** As certifications write it: for one component of the path, or for the value of a parameter. */
const wildcard = /\/\*(?=[/?]|$)|=\*(?=&|$)/

/** A certification may have a wildcard in its redirect URIs, a registration may not (UDAP Certifications 1). */
export const rule: Rule = {
  id: 'reg-x27',
  on: ['software-statement'],
  judge(message, { history }) {
    const uris = message.body?.redirect_uris
    const certified = history.messages.some(
      ({ kind, of, body }) => kind === 'certification' && of === message.of && isStrings(body?.redirect_uris),
    )
    if (!isStrings(uris) || !certified) return undefined
    const wrong = uris.find((uri) => wildcard.test(uri))
    return wrong === undefined ? 'met' : { expected: 'redirect URIs without wildcard', seen: words(wrong) }
  },
}
