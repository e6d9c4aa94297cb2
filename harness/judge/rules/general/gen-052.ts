import type { Rule } from '../../rule.ts'
import { oneFlow, refreshWithCode } from '../shared/grants.ts'

/** A certification is of one flow, as a registration is (guide 7.4.1). */
export const rule: Rule = {
  id: 'gen-052',
  on: ['certification'],
  judge({ body }) {
    if (!body) return undefined
    const flow = oneFlow(body)
    return flow === 'met' ? refreshWithCode(body) : flow
  },
}
