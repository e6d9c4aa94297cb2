import { isObject } from '../../../../wire/json.ts'
import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'

/** Extensions of a certification are a JSON object; whatever stands in it is a JSON value (guide 7.4.1, 7.4.2). */
export const rule: Rule = {
  id: 'gen-057',
  on: ['certification'],
  judge({ body }) {
    if (!body || !Object.hasOwn(body, 'extensions')) return undefined
    if (isObject(body.extensions)) return 'met'
    return { expected: 'extensions a JSON object', seen: words(body.extensions) }
  },
}
