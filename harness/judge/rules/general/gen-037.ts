import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { fhirScope, grantedTo, unlisted } from '../shared/listed-scopes.ts'
import { published } from '../shared/metadata.ts'

/** Scopes of other specifications are listed as well, such as openid or launch/patient (guide 7.3). */
export const rule: Rule = {
  id: 'gen-037',
  on: ['metadata'],
  judge(message, view) {
    if (!published(message)) return undefined
    const granted = grantedTo(message, view).filter((token) => !fhirScope.test(token))
    if (granted.length === 0) return undefined
    const other = unlisted(message, granted)
    if (other === undefined) return 'met'
    return { expected: 'scopes of other specifications in scopes_supported', seen: `${words(other)} granted` }
  },
}
