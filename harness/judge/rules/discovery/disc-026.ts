import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { listOf, published, supports } from '../shared/metadata.ts'

/** Refresh tokens come with the authorization code grant alone (guide, Discovery 2.2). */
export const rule: Rule = {
  id: 'disc-026',
  on: ['metadata'],
  judge(message) {
    const body = published(message)
    if (!body || !supports('refresh_token')(body)) return undefined
    if (supports('authorization_code')(body)) return 'met'
    const seen = words(listOf(body, 'grant_types_supported'))
    return { expected: 'refresh_token only together with authorization_code', seen }
  },
}
