import { clockMs } from '../../hops.ts'
import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { sameJti } from '../shared/jti.ts'
import { jwtKinds } from '../shared/jwt.ts'
import { signerAvoids } from '../shared/jwt-rule.ts'

/** No two JWTs of an issuer have the same jti while the first is good (guide 7.1.4). A JWT that is sent again is one. */
export const rule: Rule = signerAvoids(
  'gen-015',
  'a jti that is new',
  (_, message, view) => {
    const nowS = clockMs(message.hop, 'from') / 1000
    const earlier = sameJti(message, view).find(
      ({ body }) => typeof body?.exp === 'number' && body.exp > nowS,
    )
    return (
      earlier &&
      `${words(message.body?.jti)} of another ${earlier.kind.replace('-', ' ')}, which has not expired`
    )
  },
  jwtKinds,
)
