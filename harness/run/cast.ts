/** Addresses of a case: every actor gets a host name, a port and a URL before anything is started. */

import { join } from 'node:path'
import type { Actor } from '../../actors/actor.ts'
import { within } from '../../actors/store.ts'
import { isObject, type JsonObject } from '../../wire/json.ts'
import { isAwaited, isElsewhere, isImage, isObserved } from '../plan/place.ts'
import type { PlanActor, PlanCase } from '../plan/plan.ts'
import { all } from './bounded.ts'
import { freePort } from './docker/ports.ts'
import type { RunKit } from './kit.ts'
import { openInProcess } from './places/in-process.ts'
import { openObserving } from './places/observing.ts'
import type { Listening, Place } from './places/place.ts'
import { type Serving, servingOf } from './serving.ts'
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
  /** Where its address is fixed. */
  serving?: Serving
}

/** Opens every place at once. When one fails, those that are open are closed again. */
export async function openCast(planCase: PlanCase, kit: RunKit, signal?: AbortSignal): Promise<Member[]> {
  const opened = await Promise.allSettled(
    planCase.actors.map((plan) => openMember(plan, planCase, kit, signal)),
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
  planCase: PlanCase,
  kit: RunKit,
  signal: AbortSignal | undefined,
): Promise<Member> {
  const actor = await kit.actorOf(plan.kind)
  const { place: at } = plan
  const given = urlGiven(plan)
  const serving = given === undefined ? servingOf(plan, actor, kit) : observingOf(plan, actor, kit)
  const host = given
    ? new URL(given).hostname
    : (serving?.host ?? `${plan.name}-${planCase.id}.localhost`.toLowerCase())
  const own = isElsewhere(at) ? plan.with : {}
  if (isObserved(at)) {
    const place = await openPlace({ plan, planCase, actor, kit, signal, listening: serving!.listening })
    return {
      plan,
      actor,
      place,
      host,
      url: at.url,
      endpoints: endpointsOf(actor, at.url, own),
      serving: serving!,
    }
  }
  if (isElsewhere(at) && !isImage(at)) {
    // Who comes to us need not say from where.
    const url = given ?? `https://${host}`
    return { plan, actor, host, url, endpoints: endpointsOf(actor, url, own) }
  }
  const place = await openPlace({
    plan,
    planCase,
    actor,
    kit,
    signal,
    listening: listeningOf(plan, serving, kit),
  })
  if (actor.serves !== 'nothing') kit.state?.set(portKey(plan), place.port)
  const path = isImage(at) ? at.path : undefined
  const url = given ?? serving?.urlAt(place.port) ?? urlOf(actor, host, place.port, path)
  const endpoints = endpointsOf(actor, url, own)
  return { plan, actor, place, host, url, endpoints, ...(serving && { serving }) }
}

/** The testbed listens where everybody takes the system to be. */
function observingOf({ place, serve }: PlanActor, actor: Actor, kit: RunKit): Serving | undefined {
  if (!isObserved(place)) return undefined
  const { url } = place
  return servingOf({ serve: { url, port: portOf(url)!, ...serve } }, actor, kit)
}

const portKey = ({ name }: PlanActor) => `port/${name}`

/** Where it is fixed, else where it listened before. */
function listeningOf(plan: PlanActor, serving: Serving | undefined, { state }: RunKit): Listening {
  const before = state?.get(portKey(plan))
  return { ...(typeof before === 'number' && { port: before }), ...serving?.listening }
}

function urlGiven({ place }: PlanActor): string | undefined {
  if (typeof place !== 'object' || isImage(place)) return undefined
  return isAwaited(place) ? place.await.url : place.url
}

const urlOf = ({ serves, basePath }: Actor, host: string, port: number, path = basePath): string =>
  serves === 'nothing' ? `https://${host}` : `${serves}://${host}:${port}${path}`

interface Opening {
  plan: PlanActor
  planCase: PlanCase
  actor: Actor
  kit: RunKit
  signal: AbortSignal | undefined
  listening: Listening
}

async function openPlace(opening: Opening): Promise<Place> {
  const { name } = opening.plan
  try {
    return await openedPlace(opening)
  } catch (error) {
    if (error instanceof StageBroken || !(error instanceof Error && 'syscall' in error)) throw error
    const isTaken = 'code' in error && error.code === 'EADDRINUSE'
    const hint = isTaken ? '. Perhaps another run or server has that port: end it, or choose another one' : ''
    throw new StageBroken(
      `Actor "${name}" could not open its listener: ${messageOf(error)}${hint}`,
      name,
      error,
    )
  }
}

async function openedPlace({ plan, planCase, actor, kit, signal, listening }: Opening): Promise<Place> {
  const { name, place } = plan
  const { docker, folder, manage: entry } = kit
  const also = docker?.gateway !== undefined && hasContainers(planCase) ? { also: docker.gateway } : {}
  if (place === 'in-process') {
    const state = kit.state && within(kit.state, `actor/${name}/`)
    return openInProcess(actor, { ...listening, ...also }, state)
  }
  // What a process of its own needs takes its time to load, and few have one.
  if (place === 'process') {
    const [{ openManaged }, { launchChild }] = await Promise.all([
      import('./places/managed.ts'),
      import('./places/child.ts'),
    ])
    const port = actor.serves !== 'nothing' && isKilled(plan, planCase) ? { port: await freePort() } : {}
    return openManaged(name, actor, () => launchChild(name, { entry, signal }), {
      ...port,
      ...listening,
      ...also,
    })
  }
  if (typeof place === 'object' && 'manage' in place) {
    const [{ openManaged }, { joinActor }] = await Promise.all([
      import('./places/managed.ts'),
      import('./places/elsewhere.ts'),
    ])
    const port = place.port ?? portOf(place.url)
    const { manage } = place
    return openManaged(name, actor, () => joinActor(name, manage, signal), port === undefined ? {} : { port })
  }
  if (isObserved(place)) {
    const { upstream = place.url } = place
    return openObserving(
      actor,
      { name, upstream, facts: plan.outside?.facts ?? {} },
      { ...listening, ...also },
    )
  }
  const logFile = folder === undefined ? undefined : join(folder, logOf(plan, planCase))
  if (isImage(place)) {
    const { openImage } = await import('./docker/image.ts')
    return openImage({ run: docker!, name, place, logFile, signal })
  }
  const [{ openManaged }, { launchContainer }] = await Promise.all([
    import('./places/managed.ts'),
    import('./docker/actor-container.ts'),
  ])
  const port = actor.serves === 'nothing' ? {} : { port: await freePort() }
  const wanted = {
    run: docker!,
    name,
    kind: plan.kind,
    aliases: aliasesOf(plan, planCase),
    logFile,
  }
  return openManaged(name, actor, () => launchContainer({ ...wanted, ...port, signal }), port)
}

/** Its port is to be still free when it is started again. */
const isKilled = ({ name }: PlanActor, { steps }: PlanCase): boolean =>
  steps.some(({ uses, with: input }) => uses === 'testbed/kill' && input.actor === name)

/** A URL says no port when it is the one of its scheme. */
function portOf(url: string | undefined): number | undefined {
  if (url === undefined) return undefined
  const { port, protocol } = new URL(url)
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port)
}

export const hasContainers = ({ actors }: PlanCase): boolean => actors.some(inDocker)

/** Not only those of somebody else's images. */
export const hasActorContainers = ({ actors }: PlanCase): boolean => actors.some(inContainer)

/** An actor of ours in a container of its own. */
export const inContainer = ({ place }: PlanActor): boolean => place === 'container'

/** The same, or an image of somebody else. */
export const inDocker = (plan: PlanActor): boolean => inContainer(plan) || isImage(plan.place)

/** What a container writes, in the output folder. */
export const logOf = ({ name }: PlanActor, { id }: PlanCase): string => `logs/${id}/${name}.log`

/** What a container is called in the run's network: by its host name, and by one that no resolver takes for loopback. */
const aliasesOf = ({ name }: PlanActor, { id }: PlanCase): string[] =>
  [`${name}-${id}.localhost`, `${name}-${id}.testbed`].map((alias) => alias.toLowerCase())

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
