/** What stage.json says of an actor before it is started. */
import type { Place, PlanCase } from '../plan/plan.ts'
import type { StageActor } from '../trace/trace.ts'
import { inDocker, logOf, type Member } from './cast.ts'
import type { RunKit } from './kit.ts'

export function stageActorOf(
  { plan, url, endpoints }: Member,
  planCase: PlanCase,
  { folder }: RunKit,
): StageActor {
  return {
    kind: plan.kind,
    place: placeOf(plan.place, url),
    ...(inDocker(plan) && folder !== undefined && { log: logOf(plan, planCase) }),
    url,
    spec: plan.spec,
    endpoints,
    links: plan.links,
    anchors: {},
    policy: plan.policy,
    facts: {},
  }
}

/** Of somebody else's system its URL. */
const placeOf = (place: Place, url: string): string =>
  typeof place === 'string' ? place : 'manage' in place ? 'managed' : url
