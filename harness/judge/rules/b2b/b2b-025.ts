import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { ofObject } from '../shared/b2b-object.ts'

/** version of the hl7-b2b object (guide 5.2.1.1). */
export const rule: Rule = {
  id: 'b2b-025',
  on: ['client-assertion'],
  judge: ofObject(({ version }) => {
    if (version === '1') return 'met'
    return { expected: 'version "1"', seen: words(version) }
  }),
}
