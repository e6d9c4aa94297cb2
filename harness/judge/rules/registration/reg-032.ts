import { mediaType } from '../../../../wire/decode.ts'
import { isStrings } from '../../../../wire/json.ts'
import { decodeJwt } from '../../../../wire/jwt.ts'
import { UDAP_VERSION } from '../../../../wire/udap.ts'
import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'

/** The request around the software statement (guide 3.2.3; UDAP DCR 3). */
export const rule: Rule = {
  id: 'reg-032',
  on: ['registration-request'],
  judge({ hop, body }) {
    const { method, headers } = hop.request!
    // It asks for no registration.
    if (method === 'GET') return undefined
    if (method !== 'POST') return { expected: 'a POST', seen: method }
    const type = mediaType(headers)
    if (type !== 'application/json') return { expected: 'a body of type application/json', seen: words(type) }
    if (!body) return { expected: 'a JSON object', seen: 'a body that is none' }
    const { software_statement: statement, udap, certifications } = body
    if (typeof statement !== 'string' || !decodeJwt(statement))
      return { expected: 'software_statement a JWT', seen: words(statement, 'software_statement') }
    if (udap !== UDAP_VERSION) return { expected: `udap ${words(UDAP_VERSION)}`, seen: words(udap) }
    if (certifications === undefined || isStrings(certifications)) return 'met'
    return { expected: 'certifications an array of JWTs', seen: words(certifications, 'certifications') }
  },
}
