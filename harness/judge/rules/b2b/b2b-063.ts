import { isStrings } from '../../../../wire/json.ts'
import { bearerToken } from '../../../../wire/oauth.ts'
import { responseWithToken } from '../../history.ts'
import type { Rule } from '../../rule.ts'
import { assertionOf } from '../../statement.ts'
import { words } from '../../words.ts'
import { isListOf, isText, objectOf, requestorOf } from '../shared/b2b-object.ts'

/** A token is used in the context that was asserted for it, and in no other (guide 5.2.4). */
export const rule: Rule = {
  id: 'b2b-063',
  on: ['fhir-request'],
  judge(message, view) {
    const { history } = view
    const token = bearerToken(message.hop.request!.headers.authorization ?? '')
    const answer = token === undefined ? undefined : responseWithToken(token, message, history)
    const assertion = answer && assertionOf(answer, history)
    const object = assertion && objectOf(assertion)
    const requestor = requestorOf(message, view)
    const { purpose_of_use: purposes } = history.inputOf(message)
    if (!object || (!requestor && !isListOf(purposes, isText))) return undefined
    const { human, name, id } = requestor ?? {}
    // Whoever has no identifier is known by the name.
    const [key, who] = human && id !== undefined ? ['subject_id', id] : ['subject_name', name]
    if (requestor && object[key!] !== who)
      return { expected: `a token that was asked for with ${key} ${words(who)}`, seen: words(object[key!]) }
    const asserted = isStrings(object.purpose_of_use) ? object.purpose_of_use : []
    const other = isStrings(purposes) ? purposes.find((code) => !asserted.includes(code)) : undefined
    if (other === undefined) return 'met'
    return {
      expected: `a token that was asked for with purpose_of_use ${words(other)}`,
      seen: words(asserted),
    }
  },
}
