import type { Rule } from '../../rule.ts'
import { leafOf } from '../../trust.ts'
import { words } from '../../words.ts'
import { signerAvoids } from '../shared/jwt-rule.ts'

const keys: Record<string, string> = {
  RS256: 'rsa',
  RS384: 'rsa',
  ES256: 'prime256v1',
  ES384: 'secp384r1',
}

/** alg names the algorithm with which it was signed (guide 7.1.3). */
export const rule: Rule = signerAvoids(
  'gen-011',
  'alg to name the algorithm that was used',
  (jwt) => {
    const { alg } = jwt.header
    if (typeof alg !== 'string') return `alg ${words(alg)}`
    const { asymmetricKeyType: type, asymmetricKeyDetails } = leafOf(jwt)?.publicKey ?? {}
    const key = asymmetricKeyDetails?.namedCurve ?? type
    const needed = Object.hasOwn(keys, alg) ? keys[alg] : key
    return key === undefined || needed === key ? undefined : `alg ${alg} with a key of type ${key}`
  },
  ['software-statement', 'certification', 'client-assertion', 'id-token'],
)
