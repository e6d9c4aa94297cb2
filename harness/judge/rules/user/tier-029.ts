import { bearerToken } from '../../../../wire/oauth.ts'
import type { Rule } from '../../rule.ts'
import { isFromProvider } from '../../tiered.ts'

/** A data holder may ask the UserInfo endpoint for more about the person (guide 6.3). */
export const rule: Rule = {
  id: 'tier-029',
  on: ['id-token'],
  judges: 'reader',
  judge(message, { history }) {
    const { of, author, reader } = message
    if (!isFromProvider(message, history)) return undefined
    const asked = history.after(message, 'userinfo-request').some((one) => {
      const token = bearerToken(one.hop.request?.headers.authorization ?? '')
      return one.author === reader && one.reader === author && token === of?.body?.access_token
    })
    return asked ? 'met' : 'unused'
  },
}
