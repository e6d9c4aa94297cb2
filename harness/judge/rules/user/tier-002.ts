import { isStrings } from '../../../../wire/json.ts'
import type { Rule } from '../../rule.ts'
import { asksForProvider, isToHolder } from '../../tiered.ts'

/** With a data holder whose metadata says that it takes part (guide 6.1). */
export const rule: Rule = {
  id: 'tier-002',
  on: ['authorization-request'],
  judge(message, { history }) {
    if (!isToHolder(message, history)) return undefined
    const metadata = history
      .before(message, 'metadata')
      .find(({ author, reader }) => author === message.reader && reader === message.author)
    const profiles = metadata?.body?.udap_profiles_supported
    if (!isStrings(profiles) || !profiles.includes('udap_to')) return undefined
    return asksForProvider(message) ? 'met' : 'unused'
  },
}
