/** What stage.json says of an actor before it is started. */
import { isAwaited, isObserved } from '../plan/place.ts'
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
    ...(plan.title !== undefined && { title: plan.title }),
    place: placeOf(plan.place, url),
    ...(isObserved(plan.place) && { observed: true as const }),
    ...(inDocker(plan) && folder !== undefined && { log: logOf(plan, planCase) }),
    url,
    spec: plan.spec,
    endpoints,
    links: plan.links,
    anchors: {},
    policy: plan.policy,
    facts: plan.outside?.facts ?? {},
  }
}

/** Of somebody else's system its URL. */
function placeOf(place: Place, url: string): string {
  if (typeof place === 'string') return place
  if (isAwaited(place)) return 'await'
  return 'manage' in place ? 'managed' : url
}
