import { isStrings } from '../../../../wire/json.ts'
import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'

/** A certification is for every server, for one, or for several, of which this is one (guide 7.4.1). */
export const rule: Rule = {
  id: 'gen-049',
  on: ['certification'],
  judge({ body, hop, reader }, { stage }) {
    if (!body) return undefined
    if (!Object.hasOwn(body, 'aud')) return 'unused'
    const { aud } = body
    const url = hop.request?.url
    const published = reader === undefined ? undefined : stage.actors[reader]?.endpoints.registration
    const meant = typeof aud === 'string' ? [aud] : isStrings(aud) ? aud : []
    if (meant.some((one) => one === url || one === published)) return 'met'
    return { expected: `no aud, or one with the registration endpoint, ${words(url)}`, seen: words(aud) }
  },
}
