/** Remembers every JWT that was accepted, and its `jti` (guide 7.1.4), as long as it could be accepted again. */
import { createHash } from 'node:crypto'
import type { Parameters } from '../../spec/types.ts'
import { Kept } from '../kept.ts'
import type { Store } from '../store.ts'

export interface Used {
  issuer: string
  jti: string
  type: string
  /** NumericDate; from then on another JWT may have the same jti. */
  exp: number
  /** What was signed: what makes it the identical JWT. */
  signed: string
}

export interface Replay {
  /** Notes the JWT. False when its jti was noted before and that JWT has not expired, or when it is the same JWT. */
  firstUse(used: Used, nowS: number): boolean
}

export interface ReplaySettings {
  uniquePer: Parameters['jwt']['jtiUniquePer']
  /** A JWT is accepted this long after its exp, so it is remembered as long. */
  skewS: number
  /** Entries kept at most. Beyond it the oldest are forgotten: they are the first to expire. */
  maxEntries?: number
  /** Who is started again must not take what it took before. */
  state?: Store | undefined
}

export function createReplay({ uniquePer, skewS, maxEntries = 200_000, state }: ReplaySettings): Replay {
  const until = new Kept<number>(state, 'jwt', maxEntries)
  return {
    firstUse({ issuer, jti, type, exp, signed }, nowS) {
      const jtiKey = digest(uniquePer === 'issuer' ? ['jti', issuer, jti] : ['jti', issuer, jti, type])
      const ends = new Map([[jtiKey, exp]])
      // Without skew nothing is accepted after exp, and until then its jti says enough.
      if (skewS > 0) ends.set(digest(['jwt', signed]), exp + skewS)
      for (const key of ends.keys()) if ((until.get(key) ?? 0) > nowS) return false
      until.together(() => {
        for (const [key, end] of ends) until.set(key, end)
        until.forget((end) => end <= nowS)
      })
      return true
    },
  }
}

/** So that a long jti does not take more memory than a short one. */
const digest = (parts: string[]) => createHash('sha256').update(JSON.stringify(parts)).digest('base64')
