import type { Rule } from '../../rule.ts'

/** The lifetime of a software statement is as long as it may be: 5 minutes (guide 1.0.0, 3.1, in the prose). */
export const rule: Rule = {
  id: 'reg-056',
  on: ['software-statement'],
  judge({ body }, { parameters }) {
    if (!Number.isInteger(body?.exp) || !Number.isInteger(body?.iat)) return undefined
    const lifetimeS = Number(body?.exp) - Number(body?.iat)
    const { maxLifetimeS } = parameters.registration
    // That it is longer, or none, reg-012 says.
    if (lifetimeS <= 0 || lifetimeS > maxLifetimeS) return undefined
    return lifetimeS === maxLifetimeS
      ? 'met'
      : { expected: `exp ${maxLifetimeS} s after iat`, seen: `exp ${lifetimeS} s after iat` }
  },
}
