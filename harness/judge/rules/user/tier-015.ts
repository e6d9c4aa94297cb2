import type { Rule } from '../../rule.ts'
import { isToHolder } from '../../tiered.ts'

/** Who hears invalid_idp may ask again, with another provider or with none (guide 6.2). */
export const rule: Rule = {
  id: 'tier-015',
  on: ['authorization-response'],
  judges: 'reader',
  judge(message, { history }) {
    const { body, of, reader } = message
    if (!of || !isToHolder(of, history) || body?.error !== 'invalid_idp') return undefined
    const again = history
      .after(message, 'authorization-request')
      .some((one) => one.author === reader && one.reader === of.reader && one.body?.idp !== of.body?.idp)
    return again ? 'met' : 'unused'
  },
}
