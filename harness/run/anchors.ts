/** Whom the actors of a case trust, and in which communities their certificates count. */
import type { Anchors, Credential } from '../../actors/actor.ts'
import type { Member } from './cast.ts'
import type { Authority } from './enrol.ts'
import { StageBroken } from './stage-broken.ts'

/**
 * What an actor trusts, one entry a community: two authorities of one community are two anchors in it. Systems
 * elsewhere bring the anchors of theirs along.
 *
 * @throws StageBroken naming a certificate authority whose root is not known
 */
export function anchorsOf(
  member: Member,
  members: Member[],
  authorities: ReadonlyMap<string, Authority>,
): Anchors[] {
  const byCommunity = new Map<string, Set<string>>()
  const trust = (community: string, certificates: string[]) => {
    const known = byCommunity.get(community) ?? new Set()
    for (const one of certificates) known.add(one)
    byCommunity.set(community, known)
  }
  const { name, trusts } = member.plan
  for (const trusted of trusts) {
    const authority = authorities.get(trusted)
    if (authority) trust(authority.community, [authority.root])
    else if (!members.some(({ plan }) => plan.name === trusted && plan.outside))
      throw new StageBroken(
        `Actor "${name}" trusts "${trusted}", whose root certificate is not known here.`,
        trusted,
      )
  }
  for (const { plan } of members) {
    if (!plan.outside || plan.outside.anchors.length === 0) continue
    // Of a certificate authority only its own are taken, and only by who trusts it.
    if (plan.kind === 'certificate-authority' && !trusts.includes(plan.name)) continue
    trust(communityOf(plan, members, authorities), plan.outside.anchors)
  }
  return [...byCommunity].map(([community, certificates]) => ({ community, certificates: [...certificates] }))
}

/** URI of the community that a system elsewhere, or who has a certificate of elsewhere, belongs to. */
export function communityOf(
  plan: Member['plan'],
  members: Member[],
  authorities: ReadonlyMap<string, Authority>,
): string {
  const said = plan.outside?.community ?? plan.own?.community
  if (said !== undefined) return said
  if (plan.kind === 'certificate-authority') {
    const { community } = plan.with
    return typeof community === 'string' ? community : `urn:udap-testbed:community:${plan.name}`
  }
  const [own] = plan.trusts
  const started = authorities.get(own ?? '')
  if (started) return started.community
  const elsewhere = members.find((one) => one.plan.name === own)
  if (elsewhere) return communityOf(elsewhere.plan, members, authorities)
  return `urn:udap-testbed:community:${plan.name}`
}

/**
 * The same certificate, offered in the community of each system elsewhere too: whether that trusts whoever issued it
 * is for that to say.
 */
export function offeredOutside(
  credentials: Credential[],
  members: Member[],
  authorities: ReadonlyMap<string, Authority>,
): Credential[] {
  const [first] = credentials
  if (!first) return []
  const has = new Set(credentials.map(({ community }) => community))
  const outside = members
    .filter(({ plan }) => plan.outside?.community !== undefined)
    .map(({ plan }) => communityOf(plan, members, authorities))
  const others = [...new Set(outside)].filter((community) => !has.has(community))
  return [...credentials, ...others.map((community) => ({ ...first, community }))]
}
