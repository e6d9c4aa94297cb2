import type { Rule } from '../../rule.ts'
import { answerOf } from '../../words.ts'
import { answersCancellation, isAccepted } from '../shared/accepted.ts'
import { certificationFlaw, certificationsOf } from '../shared/certification-flaws.ts'

/** A certification with which something is wrong is not among those accepted (UDAP Certifications 6.1 to 6.7). */
export const rule: Rule = {
  id: 'reg-x14',
  on: ['registration-response'],
  judge(message, view) {
    if (answersCancellation(message, view)) return undefined
    const bad = certificationsOf(message, view).flatMap((one) => {
      const flaw = certificationFlaw(one, message, view)
      return flaw ? { text: one.text, what: flaw.what } : []
    })
    if (bad.length === 0) return undefined
    const listed = message.body?.certifications
    const accepted = isAccepted(message) && Array.isArray(listed) ? listed : []
    const taken = bad.find(({ text }) => text !== undefined && accepted.includes(text))
    if (!taken) return 'met'
    const expected = `a certification ${taken.what} to be left out or refused`
    return { expected, seen: `it in certifications, and ${answerOf(message.hop)}` }
  },
}
