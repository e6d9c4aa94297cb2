import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { placeOf } from './registered.ts'

/** An accepted registration takes the place of none that the same iss has in another community (guide 3.4). */
export const staysApart: Rule['judge'] = (message, view) => {
  const place = placeOf(message, view)
  if (!place || place.others.length === 0) return undefined
  const taken = place.others.find(({ clientId }) => clientId === message.body?.client_id)
  if (!taken) return 'met'
  return {
    expected: `another client_id in ${place.community} than in ${taken.community}`,
    seen: words(taken.clientId),
  }
}
