/** Whom an actor trusts and who issues its certificate: as it says, else the only certificate authority. */

import type { KindEntry } from './catalogue.ts'
import { isElsewhere, isImage } from './place.ts'
import type { Place, PlanActor, PlanCertificate } from './plan.ts'
import type { ActorEntry } from './schema.ts'
import type { Cast } from './with.ts'
import { listed, report, reportUnknown, type Spot, type Work, within } from './work.ts'

export const authorityKind = 'certificate-authority'

/** One entry of `actors`. */
export interface Member {
  name: string
  entry: ActorEntry
  kind: KindEntry
  place: Place
  cast: Cast
  spot: Spot
}

export function readTrust(member: Member, work: Work): Pick<PlanActor, 'trusts' | 'certificates'> {
  const { name, entry, kind, place, cast, spot } = member
  const authorities = [...cast].filter(([, kind]) => kind === authorityKind).map(([one]) => one)
  const trusts = readTrusts(member, authorities, work)
  if (kind.enrols === false) {
    if (entry.certificate !== undefined) {
      report(
        work,
        within(spot, 'certificate'),
        `${name} is not issued a certificate: it signs nothing`,
        'leave certificate: out',
        'key',
      )
    }
    return { trusts: trusts ?? [], certificates: [] }
  }
  const isOutside = (one: ActorEntry['place'] | Place) => isElsewhere(one) && !isImage(one)
  if (entry.kind === authorityKind || isOutside(place)) {
    // Set for the case and taken over by the command line, it only no longer applies.
    if (entry.certificate !== undefined && (entry.kind === authorityKind || isOutside(entry.place))) {
      const message = `${name} is not issued a certificate: ${entry.kind === authorityKind ? 'it makes its own' : 'somebody else runs it'}`
      report(work, within(spot, 'certificate'), message, 'leave certificate: out', 'key')
    }
    const only = authorities.length === 1 && entry.kind !== authorityKind ? authorities : []
    return { trusts: trusts ?? only, certificates: [] }
  }

  if (work.options.systems?.[name]?.certificate) {
    const only = authorities.length === 1 ? authorities : []
    return { trusts: trusts ?? only, certificates: [] }
  }

  const said = readCertificates(member, authorities, work)
  const [only] = authorities
  if (only === undefined) {
    const hint = `add a certificate authority to actors, for example ca: { kind: ${authorityKind} }`
    const actors = { ...spot, keys: spot.keys.slice(0, -1) }
    report(work, actors, 'nobody here issues the certificates that the actors need', hint, 'key')
    return { trusts: [], certificates: [] }
  }
  if (authorities.length > 1 && (trusts === undefined || said.some(({ from }) => from === undefined))) {
    const lacking = [
      ...(trusts === undefined ? [`trusts: ${only}`] : []),
      ...(said.some(({ from }) => from === undefined) ? [`certificate: { from: ${only} }`] : []),
    ]
    const message = `${name} does not say which certificate authority it means: ${listed(authorities)} are there`
    report(work, spot, message, `add ${lacking.join(' and ')}`, 'key')
  }
  return { trusts: trusts ?? [only], certificates: said.map((one) => ({ ...one, from: one.from ?? only })) }
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

/** One as the actor says it, or one a certificate authority. */
function readCertificates({ entry, spot }: Member, authorities: string[], work: Work): Said[] {
  const here = within(spot, 'certificate')
  if (!Array.isArray(entry.certificate)) return [readCertificate(entry.certificate, authorities, work, here)]
  const said = entry.certificate.map((one, i) => readCertificate(one, authorities, work, within(here, i)))
  const issuers = said.map(({ from }) => from ?? authorities[0])
  for (const [i, from] of issuers.entries()) {
    if (from === undefined || issuers.indexOf(from) === i) continue
    report(
      work,
      within(here, i),
      `${from} issues two certificates here`,
      'write one entry for each certificate authority',
    )
  }
  return said
}

type Said = Omit<PlanCertificate, 'from'> & { from?: string }

function readCertificate(
  said: string | Partial<PlanCertificate> = {},
  authorities: string[],
  work: Work,
  here: Spot,
): Said {
  const { profiles, profileKeys, keyAlgorithms, defaults } = work.catalogue
  const short = typeof said === 'string' ? said : undefined
  const {
    from,
    profile = short ?? defaults.profile,
    key = profileKeys[profile] ?? defaults.key,
  } = typeof said === 'string' ? {} : said
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
  return { ...(from !== undefined && { from }), profile, key }
}
