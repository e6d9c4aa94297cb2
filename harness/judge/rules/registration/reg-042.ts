import type { Rule } from '../../rule.ts'
import { isAccepted } from '../shared/accepted.ts'
import { certificationsOf } from '../shared/certification-flaws.ts'

/** The server looks at the certifications of a registration, and says which it accepted. */
export const rule: Rule = {
  id: 'reg-042',
  on: ['registration-response'],
  judge(message, view) {
    if (!isAccepted(message) || certificationsOf(message, view).length === 0) return undefined
    const accepted = message.body?.certifications
    return Array.isArray(accepted) && accepted.length > 0 ? 'met' : 'unused'
  },
}
