import { isSuccess } from '../../history.ts'
import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { clientIdIn, naming } from '../shared/client-id.ts'

/** A registered client calls itself as the server called it (guide 3). */
export const rule: Rule = {
  id: 'reg-002',
  on: naming,
  judge(message, { history }) {
    const { author, reader, kind, body } = message
    if (!body || author === undefined) return undefined
    const given = history
      .before(message, 'registration-response')
      .filter((one) => one.reader === author && one.author === reader && isSuccess(one.status))
      .flatMap((one) => one.body?.client_id ?? [])
    const used = clientIdIn(message)
    if (given.length === 0 || used === undefined) return undefined
    if (given.includes(used)) return 'met'
    const name = kind === 'client-assertion' ? 'iss' : 'client_id'
    return { expected: `${name} the client_id that the server gave, ${words(given[0])}`, seen: words(used) }
  },
}
