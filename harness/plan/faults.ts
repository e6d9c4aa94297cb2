/** What a scenario says about a fault, as the plan has it: a name that its kind knows, or a change in its own words. */
import type { JsonObject } from '../../wire/json.ts'
import { durationMs } from './duration.ts'
import { hasExpression } from './expression.ts'
import type { PlanChange, PlanFault } from './plan.ts'
import type { FaultEntry } from './schema.ts'
import { a, report, reportUnknown, type Spot, type Work, within } from './work.ts'

const longestMs = 30_000

/** @param kind of the actor; undefined when there is no such actor, which is told elsewhere */
export function readFault(
  entry: FaultEntry,
  actor: string,
  kind: string | undefined,
  work: Work,
  spot: Spot,
): PlanFault {
  const { inject, change } = entry
  const at = spot.document.at(spot.keys)
  if ((inject === undefined) === (change === undefined)) {
    const hint = 'write inject: <fault>, or change: <artifact> with what is changed in it'
    report(work, spot, 'a fault needs either inject or change', hint)
  }
  if (change === undefined) {
    checkNothingElse(entry, work, spot)
    if (kind !== undefined && inject !== undefined) checkFault(inject, kind, work, within(spot, 'inject'))
    return { actor, inject: inject ?? '', at }
  }
  if (kind !== undefined) checkArtifact(change, kind, work, within(spot, 'change'))
  const wanted = changeOf(entry, change, work, spot)
  const name = `${change}/${words(wanted).join(', ')}`
  if (name === `${change}/`) report(work, spot, 'nothing is changed', 'add set, remove, sign, delay or drop')
  return { actor, inject: name, change: wanted, at }
}

function changeOf(
  { set, replace, remove, sign, delay, drop }: FaultEntry,
  artifact: string,
  work: Work,
  spot: Spot,
) {
  const delayMs = delay === undefined ? undefined : durationMs(delay)
  if (delay !== undefined && (delayMs === undefined || delayMs <= 0 || delayMs > longestMs)) {
    report(work, within(spot, 'delay'), `delay cannot be ${delay}`, 'write an ISO 8601 duration up to PT30S')
  }
  const change: PlanChange = {
    artifact,
    ...(set && { set: set as JsonObject }),
    ...(replace && { replace: replace as JsonObject }),
    ...(remove && { remove }),
    ...(sign && { sign: { with: 'another-key' as const, ...sign } }),
    ...(delayMs !== undefined && { delayMs }),
    ...(drop && { drop }),
  }
  return change
}

/** As a name that a report can show. */
function words({ set, replace, remove, sign, delayMs, drop }: PlanChange): string[] {
  const each = (verb: string, paths: string[]) => paths.map((path) => `${verb} ${path}`)
  return [
    ...each('set', Object.keys(set ?? {})),
    ...each('replace', Object.keys(replace ?? {})),
    ...each('remove', remove ?? []),
    ...(sign ? [`sign with ${sign.with}${sign.alg === undefined ? '' : ` and ${sign.alg}`}`] : []),
    ...(delayMs === undefined ? [] : [`delay ${delayMs} ms`]),
    ...(drop ? ['drop'] : []),
  ]
}

function checkNothingElse(entry: FaultEntry, work: Work, spot: Spot): void {
  for (const key of ['set', 'replace', 'remove', 'sign', 'delay', 'drop'] as const) {
    if (entry[key] === undefined) continue
    report(
      work,
      within(spot, key),
      `${key} belongs to a change`,
      'write change: <artifact> instead of inject',
    )
  }
}

/** Notes a fault that the kind does not have. */
function checkFault(inject: string, kind: string, work: Work, spot: Spot): void {
  const entry = work.catalogue.kinds[kind]
  if (!entry || !isKnownBefore(inject, work, spot)) return
  const known = [...entry.faults, ...entry.checks.map((check) => `skip/${check}`)]
  if (known.includes(inject)) return
  const what = inject.startsWith('skip/') ? `check ${inject.slice('skip/'.length)}` : `fault ${inject}`
  reportUnknown(work, spot, `${a(kind)} has no ${what}`, inject, known)
}

function checkArtifact(artifact: string, kind: string, work: Work, spot: Spot): void {
  const entry = work.catalogue.kinds[kind]
  if (!entry || !isKnownBefore(artifact, work, spot)) return
  const known = [...new Set(entry.faults.map((name) => name.split('/')[0]!))].filter(
    (one) => one !== 'transport',
  )
  if (known.includes(artifact)) return
  reportUnknown(work, spot, `${a(kind)} makes no artifact ${artifact}`, artifact, known)
}

function isKnownBefore(name: string, work: Work, spot: Spot): boolean {
  if (!hasExpression(name)) return true
  report(work, spot, 'a fault must be known before the run', 'read inputs or matrix')
  return false
}
