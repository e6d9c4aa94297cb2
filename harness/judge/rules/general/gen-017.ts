import { isStrings, type JsonObject } from '../../../../wire/json.ts'
import type { Rule } from '../../rule.ts'
import { isOfGuide, jwtKinds } from '../shared/jwt.ts'
import { unnormalized } from '../shared/uri.ts'

/** URIs in JWTs are written in their normal form (guide 7.1.5; RFC 3986 6.2). */
export const rule: Rule = {
  id: 'gen-017',
  on: jwtKinds,
  judge(message, view) {
    if (!message.body || !isOfGuide(message, view)) return undefined
    const uris = urisIn(message.body)
    const wrong = uris.find((uri) => unnormalized(uri) !== undefined)
    if (wrong !== undefined) return { expected: `${unnormalized(wrong)}`, seen: wrong }
    return uris.length > 0 ? 'met' : undefined
  },
}

const urisIn = (claims: JsonObject): string[] =>
  Object.values(claims)
    .flatMap((value) => (isStrings(value) ? value : [value]))
    .filter((value) => typeof value === 'string')
    .filter((value) => /^https?:\/\//i.test(value))
