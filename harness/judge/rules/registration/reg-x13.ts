import { isStrings } from '../../../../wire/json.ts'
import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { answersCancellation, isAccepted } from '../shared/accepted.ts'
import { certificationFlaw, certificationsOf, isOf } from '../shared/certification-flaws.ts'
import { listOf } from '../shared/metadata.ts'
import { metadataPublished } from '../shared/metadata-published.ts'

/** The answer has the certifications that were accepted (UDAP Certifications 6.7). */
export const rule: Rule = {
  id: 'reg-x13',
  on: ['registration-response'],
  judge(message, view) {
    const brought = certificationsOf(message, view)
    if (brought.length === 0 || !isAccepted(message) || answersCancellation(message, view)) return undefined
    const listed = message.body?.certifications
    if (listed !== undefined) {
      const good = isStrings(listed) && listed.every((one) => brought.some(({ text }) => text === one))
      return good
        ? 'met'
        : { expected: 'certifications to have only those that were sent', seen: words(listed) }
    }
    // Which ones a server accepts is its own affair, but for what it says that it supports.
    const metadata = metadataPublished(message, 'registration_endpoint', view)
    const supported = (metadata && listOf(metadata, 'udap_certifications_supported')) ?? []
    const good = brought.find((one) => isOf(one, supported) && !certificationFlaw(one, message, view))
    if (!good) return undefined
    return { expected: 'certifications with those that were accepted', seen: 'no certifications' }
  },
}
