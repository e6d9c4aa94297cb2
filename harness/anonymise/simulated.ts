/** Who and what of a run is ours. */
import { X509Certificate } from 'node:crypto'
import type { Plan } from '../plan/plan.ts'
import type { Stage } from '../trace/trace.ts'
import { isPublicHost } from './generic.ts'

export interface Simulated {
  /** Is it an actor of ours in that case? */
  has(id: string, actor: string | undefined): boolean
  /** Hosts and names that may stay. */
  names: string[]
  /** DER of certificates that were made for the run. */
  certificates: Buffer[]
}

export function simulatedIn(plan: Plan, stage: Stage): Simulated {
  const ids = new Map(
    plan.cases.map(({ id, actors }) => [
      id,
      new Set(actors.filter(({ outside }) => !outside).map(({ name }) => name)),
    ]),
  )
  const all = plan.cases.flatMap(({ actors }) => actors)
  const own = all.filter(({ outside }) => !outside)
  const words = all.flatMap(({ name, kind }) => [name, kind])
  const titles = own.flatMap(({ title }) => title ?? [])
  return {
    // A case that was retried has the id of its attempt: `c1-r2`.
    has: (id, actor) => actor !== undefined && (ids.get(id.replace(/-r\d+$/, ''))?.has(actor) ?? false),
    names: [...words, ...titles, ...hostsOf(stage, ids)],
    certificates: certificatesOf(plan, stage, ids),
  }
}

/** Of those that have none of testbed.yaml. */
function hostsOf(stage: Stage, ids: Map<string, Set<string>>): string[] {
  return stage.cases.flatMap(({ case: id, actors }) =>
    Object.entries(actors).flatMap(([name, { url }]) =>
      ids.get(id.replace(/-r\d+$/, ''))?.has(name) &&
      URL.canParse(url) &&
      new URL(url).hostname.endsWith('.localhost')
        ? new URL(url).hostname
        : [],
    ),
  )
}

/** A lasting authority has names of whoever runs it, and issues to others; so none of its certificates is in here. */
function certificatesOf(plan: Plan, stage: Stage, ids: Map<string, Set<string>>): Buffer[] {
  const actors = plan.cases.flatMap(({ actors }) => actors)
  if (plan.authority !== undefined || actors.some(({ authority, own }) => authority !== undefined || own))
    return []
  const elsewhere = new Set(actors.flatMap(({ outside }) => outside?.anchors ?? []))
  const found = stage.cases.flatMap(({ case: id, issued, actors: staged }) => [
    ...Object.values(staged).flatMap(({ anchors }) => Object.values(anchors).flat()),
    ...issued.flatMap(({ actor, chain }) =>
      ids.get(id.replace(/-r\d+$/, ''))?.has(actor) ? chain : chain.slice(1),
    ),
  ])
  return [...new Set(found)]
    .filter((one) => !elsewhere.has(one))
    .map((one) => Buffer.from(one, 'base64'))
    .filter(isOfLoopback)
}

/** It names nobody's address. */
function isOfLoopback(der: Buffer): boolean {
  try {
    const urls = new X509Certificate(der).raw.toString('latin1').matchAll(/https?:\/\/([\w.-]+)/g)
    return [...urls].every(([, host = '']) => isPublicHost(host))
  } catch {
    return false
  }
}
