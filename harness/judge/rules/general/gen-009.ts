import type { Rule } from '../../rule.ts'

/** RS384 and ES384 may be used (guide 7.1.2). */
export const rule: Rule = {
  id: 'gen-009',
  on: ['software-statement', 'client-assertion'],
  judge({ jwt }) {
    if (!jwt) return undefined
    const { alg } = jwt.header
    return alg === 'RS384' || alg === 'ES384' ? 'met' : 'unused'
  },
}
