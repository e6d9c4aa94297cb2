import type { Rule } from '../../rule.ts'
import { wholeNumber } from '../shared/claims.ts'

/** The lifetime of a software statement (guide 3.1). */
export const rule: Rule = {
  id: 'reg-012',
  on: ['software-statement'],
  judge({ body }, { parameters }) {
    if (!body) return undefined
    const shape = wholeNumber(body, 'exp')
    if (shape !== 'met') return shape
    if (!Number.isInteger(body.iat)) return undefined
    const lifetimeS = Number(body.exp) - Number(body.iat)
    const longest = parameters.registration.maxLifetimeS
    if (lifetimeS <= 0) return { expected: 'exp after iat', seen: `exp ${-lifetimeS} s before iat` }
    if (lifetimeS <= longest) return 'met'
    return { expected: `exp at most ${longest} s after iat`, seen: `exp ${lifetimeS} s after iat` }
  },
}
