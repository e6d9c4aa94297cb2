/** Remembers the `jti` of every JWT that was accepted, until that JWT has expired (guide 7.1.4). */
import { createHash } from 'node:crypto'
import type { Parameters } from '../../spec/types.ts'

export interface Jti {
  issuer: string
  jti: string
  type: string
  /** NumericDate; from then on the same jti is welcome again. */
  exp: number
}

export interface Replay {
  /** Notes the jti. False when it was noted before and that JWT has not expired yet. */
  firstUse(jti: Jti, nowS: number): boolean
}

/** Entries kept at most. Beyond it the oldest are forgotten: they are the first to expire. */
const MAX_ENTRIES = 200_000

export function createReplay(uniquePer: Parameters['jwt']['jtiUniquePer'], maxEntries = MAX_ENTRIES): Replay {
  const expiries = new Map<string, number>()

  function forget(nowS: number): void {
    for (const [key, exp] of expiries) {
      if (exp > nowS && expiries.size <= maxEntries) return
      expiries.delete(key)
    }
  }
  return {
    firstUse({ issuer, jti, type, exp }, nowS) {
      const scope = uniquePer === 'issuer' ? [issuer, jti] : [issuer, jti, type]
      // A digest, so that a long jti does not take more memory than a short one.
      const key = createHash('sha256').update(JSON.stringify(scope)).digest('base64')
      if ((expiries.get(key) ?? 0) > nowS) return false
      expiries.delete(key)
      expiries.set(key, exp)
      forget(nowS)
      return true
    },
  }
}
