import type { Jwt } from '../../../../wire/jwt.ts'
import type { Message } from '../../message.ts'
import type { Finding, Rule } from '../../rule.ts'
import { leafOf, signatureFlaw } from '../../trust.ts'
import { words } from '../../words.ts'
import { keyOf, usesKeySet } from '../shared/jku.ts'

/** Experimental: the key that an assertion names has in its x5c what the header would have had (guide 7.6). */
export const rule: Rule = {
  id: 'gen-059',
  on: ['jwks-response'],
  judge(keySet, { history }) {
    const url = keySet.hop.request?.url
    const named = history
      .before(keySet, 'client-assertion')
      .find(({ jwt, author }) => author === keySet.author && usesKeySet(jwt) && jwt.header.jku === url)
    return named?.jwt && judgeKey(named.jwt, keySet)
  },
}

function judgeKey(jwt: Jwt, keySet: Message): Finding {
  const key = keyOf(jwt, keySet)
  if (!key) return { expected: `a key with kid ${words(jwt.header.kid)}`, seen: 'none' }
  const { x5c } = key
  const expected = 'the x5c of the client in its key'
  if (x5c === undefined) return { expected, seen: 'none' }
  const signed = { ...jwt, header: { ...jwt.header, x5c } }
  if (!leafOf(signed)) return { expected, seen: 'one that holds no certificate' }
  const flaw = signatureFlaw(signed)
  return flaw === undefined ? 'met' : { expected, seen: flaw }
}
