import type { Rule } from '../../rule.ts'

/** RS384 and ES384 may be used (guide 7.1.2). */
export const rule: Rule = {
  id: 'gen-009',
  on: ['software-statement', 'client-assertion'],
  judge({ jwt }) {
    if (!jwt) return undefined
    return ['RS384', 'ES384'].includes(String(jwt.header.alg)) ? 'met' : 'unused'
  },
}
