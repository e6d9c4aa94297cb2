import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { endpointNames, signedIn } from '../shared/signed-metadata.ts'

/** Signed and plain endpoints are the same: who follows the profile rejects others (UDAP Server Metadata 2, 3.4). */
export const rule: Rule = {
  id: 'disc-x02',
  on: ['signed-metadata'],
  judge(message) {
    const { plain, claims } = signedIn(message) ?? {}
    if (!plain || !claims) return undefined
    // That one is missing is for other rules to say.
    const both = endpointNames.filter((name) => plain[name] !== undefined && claims[name] !== undefined)
    const other = both.find((name) => plain[name] !== claims[name])
    if (other === undefined) return both.length > 0 ? 'met' : undefined
    const expected = `the signed ${other} to be the plain one, ${words(plain[other])}`
    return { expected, seen: words(claims[other]) }
  },
}
