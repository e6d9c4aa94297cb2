import { isDeepStrictEqual } from 'node:util'
import { scopeTokens } from '../../../../wire/oauth.ts'
import { isSuccess } from '../../history.ts'
import type { Message } from '../../message.ts'
import type { Rule } from '../../rule.ts'

/** Not everybody is granted the same scopes (guide, Discovery 2.2). */
export const rule: Rule = {
  id: 'disc-028',
  on: ['registration-response'],
  judge(message, { history }) {
    const granted = grantedBy(message)
    const others = history
      .before(message, 'registration-response')
      .filter((one) => one.author === message.author && one.reader !== message.reader)
      .flatMap((one) => {
        const scopes = grantedBy(one)
        return scopes ? [scopes] : []
      })
    if (!granted || others.length === 0) return undefined
    return others.some((other) => !isDeepStrictEqual(other, granted)) ? 'met' : 'unused'
  },
}

const grantedBy = ({ body, status }: Message): string[] | undefined =>
  isSuccess(status) && typeof body?.scope === 'string' ? scopeTokens(body.scope).sort() : undefined
