import type { Rule } from '../../rule.ts'
import { arrivalOf, isFromProvider, issuerOf, isWatched } from '../../tiered.ts'

/** A data holder exchanges the code of the identity provider at its token endpoint (guide 6.2). */
export const rule: Rule = {
  id: 'tier-022',
  on: ['authorization-response'],
  judges: 'reader',
  judge(message, { history }) {
    const { body, of, author, reader } = message
    if (!isFromProvider(message, history) || !isWatched(message, history)) return undefined
    if (!of || typeof body?.code !== 'string') return undefined
    // RFC 9207 2.4: the answer of another issuer is not to be believed.
    const isBelievable = body.iss === undefined || body.iss === issuerOf(of, history)
    if (body.error !== undefined || body.state !== of.body?.state || !isBelievable) return undefined
    const arrival = arrivalOf(message, history)
    if (!arrival) return undefined
    const [sent] = history
      .after(arrival, 'token-request')
      .filter((one) => one.author === reader && one.reader === author)
    if (sent?.body?.grant_type === 'authorization_code' && sent.body.code === body.code) return 'met'
    const expected = 'the code of the identity provider to be exchanged at its token endpoint'
    return { expected, seen: sent ? 'a token request without it' : 'no token request', at: sent ?? arrival }
  },
}
