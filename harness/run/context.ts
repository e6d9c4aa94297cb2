/** What an actor is told at its start. */
import type { Context } from '../../actors/actor.ts'
import { proxyIn } from '../../actors/proxy.ts'
import type { PlanCase } from '../plan/plan.ts'
import type { StageCase } from '../trace/trace.ts'
import type { Member } from './cast.ts'
import type { RunKit } from './kit.ts'
import { addressesOf, peersOf } from './peers.ts'
import { peopleFor, titleOf } from './people.ts'
import { StageBroken } from './stage-broken.ts'

interface Case {
  plan: PlanCase
  record: StageCase
  members: Member[]
  kit: RunKit
}

/** @throws StageBroken when it shall follow a version that nobody knows */
export function contextOf(
  member: Member,
  { plan: planCase, record, members, kit }: Case,
  own: Pick<Context, 'credentials' | 'anchors' | 'tls' | 'keys' | 'authority'>,
): Context {
  const { plan, actor, url } = member
  const { place } = plan
  const spec = kit.versions[plan.spec]
  if (!spec) {
    const what = `Actor "${plan.name}" shall follow version ${plan.spec}, which is not known.`
    throw new StageBroken(what, plan.name)
  }
  const proxy = planCase.actors.some(({ outside }) => outside) ? proxyIn(process.env) : undefined
  return {
    case: planCase.id,
    name: plan.name,
    title: titleOf(plan),
    kind: actor.kind,
    url,
    peers: peersOf(members),
    people: peopleFor(plan, planCase),
    ...own,
    tls: { ...own.tls, ...(isPublic(planCase, members) && { publicRoots: true }) },
    spec: { version: plan.spec, parameters: spec.parameters },
    ...(planCase.communities && { communities: planCase.communities }),
    policy: plan.policy,
    clockOffsetMs: record.clockOffsetMs,
    seed: planCase.seed,
    ...(kit.life !== undefined && { life: kit.life }),
    addresses: addressesOf(member, members, kit),
    ...(proxy && { proxy }),
    // Inside a container, or where somebody else started it, it is not there.
    ...(kit.folder === undefined || typeof place === 'object' || place === 'container'
      ? {}
      : { folder: kit.folder }),
  }
}

/** Certificates that the operating system knows the roots of: of systems elsewhere, and of our own that were given one. */
const isPublic = ({ actors }: PlanCase, members: Member[]): boolean =>
  actors.some(({ outside }) => outside) || members.some(({ serving }) => serving?.tls)
