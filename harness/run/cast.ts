/** Addresses of a case: every actor gets a host name, a port and a URL before anything is started. */
import type { Actor, Peer } from '../../actors/actor.ts'
import { isObject, type JsonObject } from '../../wire/json.ts'
import type { PlanActor, PlanCase } from '../plan/plan.ts'
import { all } from './bounded.ts'
import { openInProcess } from './in-process.ts'
import type { RunKit } from './kit.ts'
import { openManaged } from './managed.ts'
import { titleOf } from './people.ts'
import type { Place } from './place.ts'
import { messageOf, StageBroken } from './stage-broken.ts'

/** One actor of a case with its address. */
export interface Member {
  plan: PlanActor
  actor: Actor
  /** Absent for a `{ url }` actor, which somebody else runs. */
  place?: Place
  /** Unique in the run, so that no two cases share a certificate name or a cookie. */
  host: string
  url: string
  endpoints: Record<string, string>
}

/** Opens every place at once. When one fails, those that are open are closed again. */
export async function openCast(planCase: PlanCase, kit: RunKit, signal?: AbortSignal): Promise<Member[]> {
  const opened = await Promise.allSettled(
    planCase.actors.map((plan) => openMember(plan, planCase.id, kit, signal)),
  )
  const members = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const failed = opened.find((one) => one.status === 'rejected')
  if (failed) {
    await stopCast(members)
    await closeCast(members)
    throw failed.reason
  }
  return members
}

export async function stopCast(members: Member[]): Promise<void> {
  await all(members.map((member) => member.place?.stop()))
}

export async function closeCast(members: Member[]): Promise<void> {
  await all(members.map((member) => member.place?.close()))
}

async function openMember(
  plan: PlanActor,
  caseId: string,
  kit: RunKit,
  signal: AbortSignal | undefined,
): Promise<Member> {
  const actor = await kit.actorOf(plan.kind)
  const host = `${plan.name}-${caseId}.localhost`.toLowerCase()
  if (typeof plan.place === 'object') {
    return {
      plan,
      actor,
      host,
      url: plan.place.url,
      endpoints: endpointsOf(actor, plan.place.url, plan.with),
    }
  }
  const place = await openPlace(plan, actor, kit, signal)
  const url =
    actor.serves === 'nothing'
      ? `https://${host}`
      : `${actor.serves}://${host}:${place.port}${actor.basePath}`
  return { plan, actor, place, host, url, endpoints: endpointsOf(actor, url, {}) }
}

async function openPlace(plan: PlanActor, actor: Actor, kit: RunKit, signal?: AbortSignal): Promise<Place> {
  try {
    if (plan.place === 'process') return await openManaged(plan.name, actor, { entry: kit.manage, signal })
    return await openInProcess(actor)
  } catch (error) {
    if (error instanceof StageBroken || !(error instanceof Error && 'syscall' in error)) throw error
    throw new StageBroken(
      `Actor "${plan.name}" could not open its listener: ${messageOf(error)}`,
      plan.name,
      error,
    )
  }
}

/** Paths of the kind's table joined to the URL; `with.endpoints` overrides by name, by a path or a whole URL. */
function endpointsOf(actor: Actor, url: string, w: JsonObject): Record<string, string> {
  const base = url.replace(/\/+$/, '')
  const paths: Record<string, string> = { ...actor.endpoints }
  for (const [name, path] of Object.entries(isObject(w.endpoints) ? w.endpoints : {})) {
    if (typeof path === 'string') paths[name] = path
  }
  return Object.fromEntries(
    Object.entries(paths).map(([name, path]) => [name, URL.canParse(path) ? path : base + path]),
  )
}

/** Everybody as everybody sees them. */
export function peersOf(members: Member[]): Record<string, Peer> {
  return Object.fromEntries(
    members.map(({ plan, actor, url, endpoints }) => [
      plan.name,
      { kind: actor.kind, title: titleOf(plan), url, endpoints, links: plan.links },
    ]),
  )
}
