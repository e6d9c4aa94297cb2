import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'

/** A software statement is for the URL that it is posted to, to the letter (guide 3.1, 7.1.5). */
export const rule: Rule = {
  id: 'reg-011',
  on: ['software-statement'],
  judge({ body, hop, reader }, { stage }) {
    if (!body) return undefined
    // RFC 7519 4.1.3: one audience may stand in an array, too.
    const aud = Array.isArray(body.aud) && body.aud.length === 1 ? body.aud[0] : body.aud
    const url = hop.request?.url
    // A proxy or a default port may change what is seen of the URL, not what the server says it is.
    const published = reader === undefined ? undefined : stage.actors[reader]?.endpoints.registration
    if (aud !== undefined && (aud === url || aud === published)) return 'met'
    return { expected: `aud the registration endpoint, ${words(url)}`, seen: words(body.aud) }
  },
}
