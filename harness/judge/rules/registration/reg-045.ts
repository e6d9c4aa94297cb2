import { isStrings } from '../../../../wire/json.ts'
import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { authorizationServerOf, listOf, published } from '../shared/metadata.ts'

/** What the authorization server requires, as its policy has it, stands in the metadata (guide 3.3). */
export const rule: Rule = {
  id: 'reg-045',
  on: ['metadata'],
  judge(message, { stage }) {
    const body = published(message)
    const server = authorizationServerOf(message.author, stage)
    const { certifications, requiredCertifications } = (server && stage.actors[server]?.policy) || {}
    if (!body || certifications !== 'require' || !isStrings(requiredCertifications)) return undefined
    const said = listOf(body, 'udap_certifications_required') ?? []
    const missing = requiredCertifications.find((uri) => !said.includes(uri))
    if (missing === undefined) return 'met'
    return {
      expected: `${missing}, which ${server} requires, in udap_certifications_required`,
      seen: words(said),
    }
  },
}
