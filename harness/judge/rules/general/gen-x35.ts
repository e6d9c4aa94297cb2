import { isRefusal, isSuccess } from '../../history.ts'
import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { tokenInHeader } from '../shared/bearer.ts'
import { expiredSinceS, scopeShortOf } from '../shared/token-worth.ts'

/** A token that has run out, or whose scope is another one, opens nothing (RFC 6749 7). */
export const rule: Rule = {
  id: 'gen-x35',
  on: ['fhir-response'],
  judge({ of, status }, { history, stage, actor }) {
    const token = of && tokenInHeader(of)
    if (!of || token === undefined) return undefined
    const base = stage.actors[actor ?? '']?.url
    const ago = expiredSinceS(token, of, history)
    const short = base === undefined ? undefined : scopeShortOf(token, of, base, history)
    if (ago === undefined && short === undefined) return undefined
    if (isRefusal(status)) return 'met'
    if (!isSuccess(status)) return undefined
    const flaw = ago === undefined ? `of scope ${words(short)}` : `that ran out ${ago} s ago`
    return { expected: `a token ${flaw} to be refused`, seen: String(status) }
  },
}
