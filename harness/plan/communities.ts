/** The trust communities of a case, as far as they are defined, and what they ask of the certificates in it. */
import type { Community, PurposeOfUse } from '../../spec/community.ts'
import type { PlanActor, PlanCase, PlanCertificate } from './plan.ts'
import type { ActorEntry, CertificateEntry } from './schema.ts'
import { authorityKind } from './trust.ts'
import { report, type Spot, type Work, within } from './work.ts'

/** Whose URI may say what for. */
const clientKind = 'client-app'

/** @param entries the `actors` of the scenario, at `spot` */
export function inCommunities(
  actors: PlanActor[],
  entries: Record<string, ActorEntry>,
  work: Work,
  spot: Spot,
): Pick<PlanCase, 'actors' | 'communities'> {
  const uris = new Map(
    actors.filter(({ kind }) => kind === authorityKind).map((one) => [one.name, communityOf(one, work)]),
  )
  const definitionOf = (uri: string | undefined) =>
    uri === undefined ? undefined : work.catalogue.communities?.[uri]
  const outside = actors.flatMap((one) => [one.outside?.community, one.own?.community])
  const used = [...uris.values(), ...outside].flatMap((uri) => definitionOf(uri) ?? [])
  const suited = actors.map((actor) => {
    const certificates = actor.certificates.map((one, i) => {
      const said = saidOf(entries[actor.name], i)
      const definition = definitionOf(uris.get(one.from))
      if (said.purpose !== undefined && !definition?.purposeOfUse?.inClientUri) {
        const at = within(spot, actor.name, 'certificate')
        const message = `the community of ${one.from} puts no purpose into the URI of a client`
        report(work, at, message, 'leave purpose: out', 'key')
      }
      return definition ? suitedTo(definition, one, said, actor.kind) : one
    })
    return { ...actor, certificates }
  })
  const communities = Object.fromEntries(used.map((one) => [one.community, one]))
  return { actors: suited, ...(used.length > 0 && { communities }) }
}

/** Is it a community whose definition says how a case goes, and not that of the authority that lasts? */
export const hasRulesOfItsOwn = (
  uri: unknown,
  { catalogue, options }: Pick<Work, 'catalogue' | 'options'>,
): uri is string =>
  typeof uri === 'string' &&
  uri !== options.authority?.community &&
  catalogue.communities?.[uri] !== undefined

function communityOf({ name, with: w, authority }: PlanActor, { options }: Work): string | undefined {
  const lasting =
    options.systems?.[name]?.authority ?? (authority === undefined ? undefined : options.authority)
  if (lasting) return lasting.community
  return typeof w.community === 'string' ? w.community : undefined
}

function saidOf(entry: ActorEntry | undefined, index: number): CertificateEntry {
  const said = [entry?.certificate].flat()[index]
  return typeof said === 'object' ? said : {}
}

/** Where the scenario does not say. */
function suitedTo(
  { certificates, purposeOfUse }: Community,
  { key, ...one }: PlanCertificate,
  said: CertificateEntry,
  kind: string,
): PlanCertificate {
  const allowed: string[] = certificates?.keys ?? [key]
  const byItself = said.key === undefined && one.profile === 'leaf' && !allowed.includes(key)
  const purpose = kind === clientKind ? (said.purpose ?? defaultOf(purposeOfUse)) : undefined
  return { ...one, key: byItself ? allowed[0]! : key, ...(purpose !== undefined && { purpose }) }
}

const defaultOf = (purposes: PurposeOfUse | undefined): string | undefined =>
  purposes?.inClientUri ? (purposes.default ?? purposes.codes[0]?.code) : undefined
