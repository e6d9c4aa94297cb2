import type { RuleId } from '../../../../spec/types.ts'
import { isStrings } from '../../../../wire/json.ts'
import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'

const lists = [
  'token_endpoint_auth_signing_alg_values_supported',
  'registration_endpoint_jwt_signing_alg_values_supported',
]

/** A server says in its metadata which algorithms it verifies; what it does not list it does not support. */
export const verifies = (id: RuleId, alg: string): Rule => ({
  id,
  on: ['metadata'],
  judge({ status, body }) {
    if (status !== 200 || !body) return undefined
    const named = lists.filter((name) => isStrings(body[name]))
    const without = named.find((name) => ![body[name]].flat().includes(alg))
    if (without === undefined) return named.length > 0 ? 'met' : undefined
    return { expected: `${alg} in ${without}`, seen: words(body[without]) }
  },
})
