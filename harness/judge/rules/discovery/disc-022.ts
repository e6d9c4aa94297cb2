import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { hasList, listOf } from '../shared/metadata.ts'

const isThere = hasList('udap_certifications_supported')
const uri = /^[a-z][a-z0-9+.-]*:\S+$/i

/** Which certifications are understood; none is an answer, too (guide, Discovery 2.2). */
export const rule: Rule = {
  id: 'disc-022',
  on: ['metadata'],
  judge(message) {
    const other = listOf(message.body ?? {}, 'udap_certifications_supported')?.find((one) => !uri.test(one))
    const finding = isThere(message)
    if (finding !== 'met' || other === undefined) return finding
    return { expected: 'URIs in udap_certifications_supported', seen: words(other) }
  },
}
