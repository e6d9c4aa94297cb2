/** How a client app can misbehave: each fault makes exactly one thing wrong. */
import type { Fault } from '../make.ts'

interface TimedJwt {
  claims: { iat: number; exp: number }
}

/** Longer ago than any clock skew that receivers put up with. */
const EXPIRED_SINCE_S = 3600
const MAX_LIFETIME_S = 300

export const faults: Fault[] = [
  {
    name: 'software-statement/expired',
    artifact: 'software-statement',
    title: 'The software statement expired an hour ago; its lifetime is as it should be.',
    on: 'draft',
    scope: 'step',
    touches: ['claims.iat', 'claims.exp'],
    breaks: ['reg-x04'],
    change(draft: TimedJwt, { nowS }) {
      const back = draft.claims.exp - (nowS - EXPIRED_SINCE_S)
      draft.claims.iat -= back
      draft.claims.exp -= back
      return draft
    },
  },
  {
    name: 'software-statement/lifetime-too-long',
    artifact: 'software-statement',
    title: 'The software statement expires 301 s after it was issued; 300 s are allowed.',
    on: 'draft',
    scope: 'step',
    touches: ['claims.exp'],
    breaks: ['reg-012'],
    change(draft: TimedJwt) {
      draft.claims.exp = draft.claims.iat + MAX_LIFETIME_S + 1
      return draft
    },
  },
]
