import type { Rule } from '../../rule.ts'
import { signerAvoids } from '../shared/jwt-rule.ts'

/** Every JWT says who issued it, when it ends, and which one it is (guide 7.1.4). */
export const rule: Rule = signerAvoids('gen-014', 'iss, exp and jti', ({ claims }) => {
  const missing = ['iss', 'exp', 'jti'].filter((name) => claims[name] === undefined)
  return missing.length > 0 ? `no ${missing.join(', no ')}` : undefined
})
