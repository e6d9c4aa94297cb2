import type { Rule } from '../../rule.ts'
import { leafOf, uriNamesOf } from '../../trust.ts'
import { words } from '../../words.ts'

/** A certification is about the client that brings it along, by the certificate of its statement (guide 7.4.1). */
export const rule: Rule = {
  id: 'gen-048',
  on: ['certification'],
  judge({ jwt, body, of }, { history }) {
    const statement = history.messages.find((one) => one.kind === 'software-statement' && one.of === of)
    const client = statement?.jwt && leafOf(statement.jwt)
    if (!body || !client) return undefined
    const { iss, sub } = body
    const names = uriNamesOf(client)
    if (typeof sub !== 'string' || !names.includes(sub)) {
      const expected = `sub one of the URI names of the client's certificate, ${words(names)}`
      return { expected, seen: words(sub) }
    }
    const isOwn = jwt && leafOf(jwt)?.raw.equals(client.raw)
    if (!isOwn || sub === iss) return 'met'
    return {
      expected: 'sub equal to iss where the client certifies itself',
      seen: words({ iss: iss ?? null, sub }),
    }
  },
}
