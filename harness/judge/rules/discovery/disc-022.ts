import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { hasList, listOf } from '../shared/metadata.ts'
import { isUri } from '../shared/uri.ts'

const isThere = hasList('udap_certifications_supported')

/** Which certifications are understood; none is an answer, too (guide, Discovery 2.2). */
export const rule: Rule = {
  id: 'disc-022',
  on: ['metadata'],
  judge(message) {
    const other = listOf(message.body ?? {}, 'udap_certifications_supported')?.find((one) => !isUri(one))
    const finding = isThere(message)
    if (finding !== 'met' || other === undefined) return finding
    return { expected: 'URIs in udap_certifications_supported', seen: words(other) }
  },
}
