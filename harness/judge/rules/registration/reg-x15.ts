import { isRefusal } from '../../history.ts'
import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { certificationFlaw, certificationsOf, isOf } from '../shared/certification-flaws.ts'
import { isFlawless } from '../shared/flawless.ts'
import { listOf } from '../shared/metadata.ts'
import { metadataPublished } from '../shared/metadata-published.ts'

const codes = { signature: 'invalid_certification', trust: 'unapproved_certification' }

/** Who is refused for a certification is told what is wrong with it (UDAP Certifications 6.8). */
export const rule: Rule = {
  id: 'reg-x15',
  on: ['registration-response'],
  judge(message, view) {
    const error = message.body?.error
    if (!isRefusal(message.status) || typeof error !== 'string' || !isFlawless(message, view))
      return undefined
    const metadata = metadataPublished(message, 'registration_endpoint', view)
    const supported = (metadata && listOf(metadata, 'udap_certifications_supported')) ?? []
    // Of a programme that is not supported it is ignored (guide 3.3): then something else is wrong.
    const flaws = certificationsOf(message, view)
      .filter((one) => !one.jwt || isOf(one, supported))
      .flatMap((one) => certificationFlaw(one, message, view) ?? [])
    const [flaw] = flaws
    if (!flaw || flaws.length > 1 || flaw.kind === 'contents') return undefined
    const code = codes[flaw.kind]
    if (error === code) return 'met'
    return { expected: `${code} for a certification ${flaw.what}`, seen: words(error) }
  },
}
