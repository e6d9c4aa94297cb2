import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'

/** No two apps have one iss. That two actors of a case are two apps is what the scenario says. */
export const rule: Rule = {
  id: 'reg-009',
  on: ['software-statement'],
  judge(message, { history }) {
    const { author, body } = message
    if (author === undefined || typeof body?.iss !== 'string') return undefined
    const others = history
      .before(message, 'software-statement')
      .filter((one) => one.author !== undefined && one.author !== author)
    if (others.length === 0) return undefined
    const same = others.find((one) => one.body?.iss === body.iss)
    if (!same) return 'met'
    return { expected: 'an iss that no other app has', seen: `${words(body.iss)}, as ${same.author} has` }
  },
}
