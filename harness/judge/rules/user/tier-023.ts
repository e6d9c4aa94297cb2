import { JWT_BEARER } from '../../../../wire/oauth.ts'
import type { Message } from '../../message.ts'
import type { Rule, View } from '../../rule.ts'
import { isToProvider } from '../../tiered.ts'
import { signatureFlaw } from '../../trust.ts'
import { words } from '../../words.ts'

/** A data holder authenticates to an identity provider with an Authentication Token (guide 6.2, 4.2.2). */
export const rule: Rule = {
  id: 'tier-023',
  on: ['token-request'],
  judge(message, view) {
    const { body, hop } = message
    if (!isToProvider(message, view.history) || !body) return undefined
    if (hop.request?.headers.authorization !== undefined || body.client_secret !== undefined)
      return { expected: 'no secret beside the client assertion', seen: 'one' }
    if (body.udap !== '1') return { expected: 'udap=1', seen: words(body.udap) }
    if (body.client_assertion_type !== JWT_BEARER)
      return { expected: `client_assertion_type ${JWT_BEARER}`, seen: words(body.client_assertion_type) }
    return assertion(message, view)
  },
}

function assertion(request: Message, { history }: View) {
  const jwt = history.after(request, 'client-assertion').find(({ of }) => of === request)?.jwt
  if (!jwt) return { expected: 'a client assertion', seen: 'none that is a JWT' }
  const flaw = signatureFlaw(jwt)
  if (flaw !== undefined) return { expected: 'a client assertion signed by its x5c[0]', seen: flaw }
  const asked = history
    .before(request, 'authorization-request')
    .find(({ author, reader }) => author === request.author && reader === request.reader)
  const clientId = asked?.body?.client_id
  const { iss, sub } = jwt.claims
  if (clientId === undefined || (iss === clientId && sub === clientId)) return 'met' as const
  return { expected: `iss and sub ${words(clientId)}`, seen: `iss ${words(iss)} and sub ${words(sub)}` }
}
