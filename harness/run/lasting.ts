/** Keys and certificates of a stage that last where it has a state: as they were, as long as they are good. */
import { X509Certificate } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { Store } from '../../actors/store.ts'
import { isObject, isStrings, type Json, type JsonObject } from '../../wire/json.ts'
import type { Member } from './cast.ts'
import { credentialsOf, type Enrolled, issueTls, issueUdap, renewUdap, tlsNamesOf, urisOf } from './enrol.ts'
import type { RunKit } from './kit.ts'

/** PEM: chain, leaf first, and key. */
export interface Tls {
  chain: string
  key: string
}

/** A certificate is renewed when so much of its life is left. */
const LAST = 1 / 3

/** @param certificate DER, or a chain in PEM, whose first one counts */
export function isDue(certificate: string | Buffer, at: Date): boolean {
  const { validFromDate: from, validToDate: to } = new X509Certificate(certificate)
  return to.getTime() - at.getTime() < (to.getTime() - from.getTime()) * LAST
}

/** The same of one that is good still; what has expired was meant to. */
export const runsOut = (certificate: Buffer, at: Date): boolean =>
  isDue(certificate, at) && at < new X509Certificate(certificate).validToDate

/** As it is kept, else as it is made, and kept from then on. */
export async function lasting<T extends Json>(
  state: Store | undefined,
  key: string,
  make: () => Promise<T>,
): Promise<T> {
  const kept = state?.get(key)
  if (kept !== undefined) return kept as T
  const made = await make()
  state?.set(key, made)
  return made
}

/** The UDAP certificate that it was issued before, else another one. */
export async function lastingUdap(
  one: Enrolled,
  state: Store | undefined,
  at: Date,
): ReturnType<typeof issueUdap> {
  const { member, authority, certificate, key } = one
  const kept = state?.get(placeOf(one))
  if (isObject(kept) && isStrings(kept.chain) && isDeepStrictEqual(kept.about, aboutOf(one))) {
    const { chain, serial } = kept
    const [leaf = '', issuer] = chain
    // Not of another issuer, as when that serves elsewhere now, or does not last itself.
    if (issuer === authority.started.facts.intermediate && !isDue(Buffer.from(leaf, 'base64'), at))
      return credentialsOf(
        member,
        authority,
        { key, chain, uris: urisOf(member, certificate.purpose) },
        String(serial),
      )
  }
  const issued = await issueUdap(member, authority, key, certificate.profile, certificate.purpose)
  keep(one, state, issued)
  return issued
}

/** What is renewed takes its place. */
export async function renewLasting(
  one: Enrolled,
  state: Store | undefined,
  ...how: Parameters<typeof renewUdap> extends [unknown, ...infer Rest] ? Rest : never
): ReturnType<typeof renewUdap> {
  const renewed = await renewUdap(one, ...how)
  keep(one, state, renewed)
  return renewed
}

/** The TLS certificate of all who have none of their own, as long as they are called the same. */
export async function lastingTls(
  members: Member[],
  { tlsRoot: root, state }: Pick<RunKit, 'tlsRoot' | 'state'>,
  at = new Date(),
): Promise<Tls | undefined> {
  const about = { names: tlsNamesOf(members), root: root.certificate }
  const kept = state?.get(TLS)
  if (isObject(kept) && isDeepStrictEqual(kept.about, about) && !isDue(String(kept.chain), at))
    return { chain: String(kept.chain), key: String(kept.key) }
  const issued = await issueTls(members, root)
  if (issued) state?.set(TLS, { about, ...issued })
  return issued
}

const TLS = 'tls'

const placeOf = ({ member, certificate }: Enrolled) => `certificate/${member.plan.name}/${certificate.from}`

const aboutOf = ({ member, certificate }: Enrolled): JsonObject => ({ ...certificate, url: member.url })

function keep(
  one: Enrolled,
  state: Store | undefined,
  { issued }: Awaited<ReturnType<typeof issueUdap>>,
): void {
  const { chain, serial } = issued
  state?.set(placeOf(one), { about: aboutOf(one), chain, serial })
}
