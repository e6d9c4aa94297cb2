import { registrationOf } from '../../history.ts'
import type { Rule } from '../../rule.ts'
import { statementOf } from '../../statement.ts'
import { words } from '../../words.ts'
import { usesKeySet } from '../shared/jku.ts'

/** Experimental: a client that names its key set in assertions registered it, as jku (guide 7.6). */
export const rule: Rule = {
  id: 'gen-061',
  on: ['client-assertion'],
  judge(message, { history }) {
    const { jwt, body, reader } = message
    if (!usesKeySet(jwt)) return undefined
    const registration = registrationOf(body?.iss, reader, message, history)
    const registered = registration && statementOf(registration, history)?.body?.jku
    if (!registration || registered === jwt.header.jku) return registration && 'met'
    return { expected: `jku ${words(jwt.header.jku)} in the software statement`, seen: words(registered) }
  },
}
