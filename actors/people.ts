/** The subject identifier of a person at an issuer of the testbed (OpenID Connect Core 8). */
import { createHmac } from 'node:crypto'
import type { Context } from './actor.ts'

/**
 * The same for every client of the issuer, another one at another issuer; who knows the seed of the case, as a
 * data holder of the testbed does, can tell it beforehand.
 *
 * @param name of the `user` actor
 */
export function subjectOf(
  { seed, case: caseId }: Pick<Context, 'seed' | 'case'>,
  issuer: string,
  name: string,
) {
  return createHmac('sha256', seed)
    .update(JSON.stringify(['subject', caseId, issuer, name]))
    .digest('base64url')
    .slice(0, 22)
}
