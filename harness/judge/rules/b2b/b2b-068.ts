import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { isText, ofObject } from '../shared/b2b-object.ts'

/** In the US realm subject_id is a National Provider Identifier (guide 1.x, 5.2.1.1). */
export const rule: Rule = {
  id: 'b2b-068',
  on: ['client-assertion'],
  judge: ofObject((object, _message, { parameters }) => {
    const { subject_id } = object
    // That it is a text, b2b-027 says.
    if (parameters.token.subjectId !== 'npi' || !isText(subject_id)) return undefined
    if (isNpi(subject_id)) return 'met'
    return { expected: 'subject_id an NPI, alone or after a namespace and #', seen: words(subject_id) }
  }),
}

/** Ten digits, the last one by the Luhn formula over 80840 and the others, which adds 24 (45 CFR 162.406). */
function isNpi(text: string): boolean {
  const digits = /^(?:[^#]+#)?(\d{10})$/.exec(text)?.[1]
  if (digits === undefined) return false
  const doubled = [...digits].map((digit, place) => Number(digit) * (place % 2 === 0 ? 2 : 1))
  return doubled.reduce((sum, value) => sum + (value > 9 ? value - 9 : value), 24) % 10 === 0
}
