/** What a step expects, its names checked. */
import { isObject, type Json } from '../../wire/json.ts'
import { hasExpression } from './expression.ts'
import type { PlanExpectation } from './plan.ts'
import type { ExpectationEntry } from './schema.ts'
import { answerKinds, expectationKinds } from './schema-expect.ts'
import { authorityKind } from './trust.ts'
import type { Cast } from './with.ts'
import { report, reportUnknown, type Spot, type Work, within } from './work.ts'

export interface Scene {
  step: string
  /** How many answers its action gives: a testbed/* step none, http/repeat as many as it sends requests. */
  answers: number
  /** Kind of the step's actor. */
  kind?: string
  cast: Cast
}

/** @param spot the entry; runtime `${{ }}` are still in it */
export function readExpectation(
  entry: ExpectationEntry,
  number: number,
  scene: Scene,
  work: Work,
  spot: Spot,
): PlanExpectation {
  const kind = expectationKinds.find((one) => entry[one] !== undefined)!
  const value = entry[kind] as Json
  const here = within(spot, kind)
  if (answerKinds.includes(kind)) {
    const { answers } = scene
    if (answers === 0) {
      const message = `${kind} looks at an answer, and a testbed step has none`
      report(work, here, message, 'use hop, noHop, hops or that', 'key')
    } else if (answers > 1) {
      const message = `${kind} looks at one answer, and this step has ${answers}`
      report(work, here, message, 'use hop with times, or that', 'key')
    }
  }
  for (const [i, ref] of (entry.refs ?? []).entries()) {
    if (!work.catalogue.rules.includes(ref))
      reportUnknown(work, within(spot, 'refs', i), `there is no rule ${ref}`, ref, work.catalogue.rules)
  }
  checkPatterns(value, work, here)
  checkNames(kind, value, scene, work, here)
  const at = spot.document.at(here.keys, 'key')
  return {
    id: `${scene.step}/${number}`,
    kind,
    value,
    level: entry.level ?? 'must',
    refs: entry.refs ?? [],
    ...(entry.hint !== undefined && { hint: entry.hint }),
    at,
    source: spot.document.source(at.line),
  }
}

function checkNames(kind: PlanExpectation['kind'], value: Json, scene: Scene, work: Work, spot: Spot): void {
  const { cast } = scene
  if (kind === 'hops' && Array.isArray(value)) {
    for (const [i, hop] of value.entries()) checkNames('hop', hop, scene, work, within(spot, i))
  }
  if (!isObject(value)) return
  const check = (key: string, what: string, known: string[]) => {
    const name = value[key]
    if (typeof name !== 'string' || hasExpression(name) || known.includes(name)) return
    reportUnknown(work, within(spot, key), `there is no ${what} ${name}`, name, known)
  }
  if (kind === 'hop' || kind === 'noHop') {
    check('from', 'actor', [...cast.keys()])
    check('to', 'actor', [...cast.keys()])
    if (work.catalogue.hopClasses) check('class', 'class of hops', work.catalogue.hopClasses)
  }
  if (kind === 'jwt') {
    check(
      'trustedBy',
      authorityKind,
      [...cast].filter(([, one]) => one === authorityKind).map(([name]) => name),
    )
  }
  if (kind === 'stopped' && scene.kind !== undefined) {
    const checks = work.catalogue.kinds[scene.kind]?.checks ?? []
    check('check', 'check', [...checks, ...unnamedStops])
  }
}

/** Why an actor stops when no check of its own says so. */
const unnamedStops = ['missing-input', 'no-answer']

/** Every `$matches` must be a regular expression. */
function checkPatterns(value: Json, work: Work, spot: Spot): void {
  if (typeof value !== 'object' || value === null) return
  for (const [key, item] of Object.entries(value)) {
    if (key === '$matches' && typeof item === 'string' && !hasExpression(item)) {
      try {
        new RegExp(item)
      } catch (error) {
        const why = (error as Error).message.replace(/^Invalid regular expression: /, '')
        report(work, within(spot, key), `this is no regular expression: ${why}`)
      }
    } else checkPatterns(item, work, within(spot, key))
  }
}
