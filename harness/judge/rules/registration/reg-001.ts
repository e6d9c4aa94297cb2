import { isSuccess } from '../../history.ts'
import type { Rule } from '../../rule.ts'
import { authorizationServerOf } from '../shared/metadata.ts'

/**
 * Nobody asks for data without being registered where the FHIR server says (guide 3). Who was registered before the
 * case, or by hand, is let in.
 */
export const rule: Rule = {
  id: 'reg-001',
  on: ['fhir-response'],
  judges: 'reader',
  judge(message, { history, stage }) {
    const { author: server, reader: client, status } = message
    // A browser is of a person.
    if (client === undefined || history.kindOf(client) === 'user') return undefined
    const named = history
      .before(message, 'metadata')
      .filter(({ author, reader }) => author === server && reader === client)
      .flatMap(({ body }) => body?.registration_endpoint ?? [])
    const isRegistered = history
      .before(message, 'registration-response')
      .some(
        (one) =>
          one.reader === client &&
          isSuccess(one.status) &&
          (named.length === 0 || named.includes(one.hop.request?.url ?? '')),
      )
    if (isRegistered) return 'met'
    const hasToken = history
      .before(message, 'token-response')
      .some((one) => one.reader === client && isSuccess(one.status))
    // Whom a server elsewhere knows, nobody here can tell.
    const isKnown = hasToken || history.isElsewhere(authorizationServerOf(server, stage))
    if (isKnown || status !== 401) return undefined
    return { expected: 'a registration before any request for data', seen: 'none, and a request' }
  },
}
