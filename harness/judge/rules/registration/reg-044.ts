import { isRefusal } from '../../history.ts'
import type { Rule } from '../../rule.ts'
import { answersCancellation, isAccepted } from '../shared/accepted.ts'
import { certificationsOf, isOf } from '../shared/certification-flaws.ts'
import { isFlawless } from '../shared/flawless.ts'
import { listOf } from '../shared/metadata.ts'
import { metadataPublished } from '../shared/metadata-published.ts'

/** The server takes nobody without the certifications that it says are required. */
export const rule: Rule = {
  id: 'reg-044',
  on: ['registration-response'],
  judge(message, view) {
    const metadata = metadataPublished(message, 'registration_endpoint', view)
    const required = metadata && listOf(metadata, 'udap_certifications_required')
    if (!required || answersCancellation(message, view)) return undefined
    const brought = certificationsOf(message, view)
    const missing = required.filter((uri) => !brought.some((one) => isOf(one, [uri])))
    if (missing.length === 0) return isAccepted(message) ? 'unused' : undefined
    if (isAccepted(message)) return 'unused'
    return isRefusal(message.status) && isFlawless(message, view) ? 'met' : undefined
  },
}
