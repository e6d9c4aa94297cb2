/** Whom an actor trusts and who issues its certificate: as it says, else the only certificate authority. */
import type { Place, PlanActor } from './plan.ts'
import type { ActorEntry } from './schema.ts'
import type { Cast } from './with.ts'
import { listed, report, reportUnknown, type Spot, type Work, within } from './work.ts'

export const authorityKind = 'certificate-authority'

/** One entry of `actors`. */
export interface Member {
  name: string
  entry: ActorEntry
  place: Place
  cast: Cast
  spot: Spot
}

export function readTrust(member: Member, work: Work): Pick<PlanActor, 'trusts' | 'certificate'> {
  const { name, entry, place, cast, spot } = member
  const authorities = [...cast].filter(([, kind]) => kind === authorityKind).map(([one]) => one)
  const trusts = readTrusts(member, authorities, work)
  if (entry.kind === authorityKind || typeof place === 'object') {
    // Set for the case and taken over by the command line, it only no longer applies.
    if (
      entry.certificate !== undefined &&
      (entry.kind === authorityKind || typeof entry.place === 'object')
    ) {
      const message = `${name} is not issued a certificate: ${entry.kind === authorityKind ? 'it makes its own' : 'somebody else runs it'}`
      report(work, within(spot, 'certificate'), message, 'leave certificate: out', 'key')
    }
    return { trusts: trusts ?? (authorities.length === 1 && entry.kind !== authorityKind ? authorities : []) }
  }

  const said = readCertificate(member, authorities, work)
  const [only] = authorities
  if (only === undefined) {
    const hint = `add a certificate authority to actors, for example ca: { kind: ${authorityKind} }`
    report(work, spot, `${name} needs a certificate, and nobody issues one`, hint, 'key')
    return { trusts: [] }
  }
  if (authorities.length > 1 && (trusts === undefined || said.from === undefined)) {
    const lacking = [
      ...(trusts === undefined ? [`trusts: ${only}`] : []),
      ...(said.from === undefined ? [`certificate: { from: ${only} }`] : []),
    ]
    const message = `${name} does not say which certificate authority it means: ${listed(authorities)} are there`
    report(work, spot, message, `add ${lacking.join(' and ')}`, 'key')
  }
  return { trusts: trusts ?? [only], certificate: { ...said, from: said.from ?? only } }
}

/** Undefined when the actor does not say. */
function readTrusts({ entry, spot }: Member, authorities: string[], work: Work): string[] | undefined {
  const { trusts } = entry
  if (trusts === undefined) return undefined
  for (const [i, name] of [trusts].flat().entries()) {
    if (authorities.includes(name)) continue
    const here = Array.isArray(trusts) ? within(spot, 'trusts', i) : within(spot, 'trusts')
    reportUnknown(work, here, `there is no ${authorityKind} ${name}`, name, authorities)
  }
  return [trusts].flat()
}

function readCertificate({ entry, spot }: Member, authorities: string[], work: Work) {
  const { profiles, keyAlgorithms, defaults } = work.catalogue
  const here = within(spot, 'certificate')
  const short = typeof entry.certificate === 'string' ? entry.certificate : undefined
  const long = typeof entry.certificate === 'object' ? entry.certificate : {}
  const { from, key = defaults.key, profile = short ?? defaults.profile } = long
  if (short !== undefined && authorities.includes(short)) {
    report(work, here, `${short} is no certificate profile`, `write certificate: { from: ${short} }`)
  } else if (!profiles.includes(profile)) {
    const at = short === undefined ? within(here, 'profile') : here
    reportUnknown(work, at, `there is no certificate profile ${profile}`, profile, profiles)
  }
  if (!keyAlgorithms.includes(key)) {
    reportUnknown(work, within(here, 'key'), `there is no key algorithm ${key}`, key, keyAlgorithms)
  }
  if (from !== undefined && !authorities.includes(from)) {
    reportUnknown(work, within(here, 'from'), `there is no ${authorityKind} ${from}`, from, authorities)
  }
  return { from, profile, key }
}
