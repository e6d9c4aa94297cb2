import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'

/** The lifetime of a software statement (guide, Registration 3.1). */
export const rule: Rule = {
  id: 'reg-012',
  on: ['software-statement'],
  judge({ body }, { parameters }) {
    if (!body) return undefined
    const { exp, iat } = body
    for (const [name, value] of Object.entries({ exp, iat })) {
      if (!Number.isInteger(value))
        return { expected: `${name} a whole number`, seen: `${name} ${words(value)}` }
    }
    const lifetimeS = Number(exp) - Number(iat)
    const longest = parameters.registration.maxLifetimeS
    if (lifetimeS <= 0) return { expected: 'exp after iat', seen: `exp ${-lifetimeS} s before iat` }
    if (lifetimeS <= longest) return 'met'
    return { expected: `exp at most ${longest} s after iat`, seen: `exp ${lifetimeS} s after iat` }
  },
}
