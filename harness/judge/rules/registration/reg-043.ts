import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { isAccepted } from '../shared/accepted.ts'
import { certificationsOf, isOf, urisOf } from '../shared/certification-flaws.ts'
import { listOf } from '../shared/metadata.ts'
import { metadataPublished } from '../shared/metadata-published.ts'

const codes = ['invalid_certification', 'unapproved_certification']

/** A certification of a programme that the server does not support is ignored, whatever is in it (guide 3.3). */
export const rule: Rule = {
  id: 'reg-043',
  on: ['registration-response'],
  judge(message, view) {
    const metadata = metadataPublished(message, 'registration_endpoint', view)
    const supported = metadata && listOf(metadata, 'udap_certifications_supported')
    const all = certificationsOf(message, view)
    const unknown = all.filter((one) => urisOf(one).length > 0 && !isOf(one, supported ?? []))
    if (!supported || unknown.length === 0) return undefined
    if (isAccepted(message)) return 'met'
    // Another one, or something else of the registration, may be why it is refused.
    const error = message.body?.error
    if (unknown.length < all.length || typeof error !== 'string' || !codes.includes(error)) return undefined
    const [uri] = urisOf(unknown[0]!)
    return {
      expected: `the certification of ${uri}, which is not supported, to be ignored`,
      seen: words(error),
    }
  },
}
