/** What a schema cannot say about steps of the testbed: whom they name, and what they may do with them. */
import type { JsonObject } from '../../wire/json.ts'
import { durationMs } from './duration.ts'
import { hasExpression } from './expression.ts'
import type { FlatStep } from './parts.ts'
import { authorityKind } from './trust.ts'
import type { Cast } from './with.ts'
import { report, reportUnknown, type Spot, type Work, within } from './work.ts'

/** Longer than any hop waits. */
const DELAY_MAX_MS = 30_000

/** One step with what it was given. */
interface Scene {
  uses: string
  input: JsonObject
  cast: Cast
  work: Work
  /** Of its `with`. */
  spot: Spot
}

type Check = (scene: Scene) => void

const checks: Record<string, Check> = {
  'testbed/revoke': (scene) => checkEnrolled(scene),
  'testbed/renew': (scene) => {
    const kind = checkEnrolled(scene)
    const { input, work, spot } = scene
    if (kind !== undefined && !work.catalogue.kinds[kind]?.actions['credential/replace'])
      report(
        work,
        within(spot, 'actor'),
        `${input.actor} (${kind}) shows no certificate that could be renewed`,
      )
    checkProfile(scene)
    checkFrom(scene)
  },
  'testbed/advance-clock': (scene) => checkDuration(scene, 'by', 'PT10M or P1D'),
  'testbed/kill': (scene) => checkMortal(scene),
  'testbed/start': (scene) => checkMortal(scene),
  'testbed/network': (scene) => checkNetwork(scene),
}

export function checkTestbed({ entry, spot }: FlatStep, input: JsonObject, cast: Cast, work: Work): void {
  checks[entry.uses]?.({ uses: entry.uses, input, cast, work, spot: within(spot, 'with') })
}

const known = (value: unknown): value is string => typeof value === 'string' && !hasExpression(value)

/** @returns the kind of the actor that `key` names; undefined when that is not known, which is reported */
function kindOf({ input, cast, work, spot }: Scene, key: string): string | undefined {
  const name = input[key]
  if (!known(name)) return undefined
  if (!cast.has(name)) reportUnknown(work, within(spot, key), `there is no actor ${name}`, name, cast.keys())
  return cast.get(name)
}

/** @returns the actor's kind when it has certificates */
function checkEnrolled(scene: Scene): string | undefined {
  const { uses, input, work, spot } = scene
  const kind = kindOf(scene, 'actor')
  if (kind !== authorityKind) return kind
  const what = `${input.actor} issues certificates and has none to ${uses.slice('testbed/'.length)}`
  report(work, within(spot, 'actor'), what)
  return undefined
}

function checkProfile({ input: { profile }, work, spot }: Scene): void {
  const { profiles } = work.catalogue
  if (known(profile) && !profiles.includes(profile)) {
    const message = `there is no certificate profile ${profile}`
    reportUnknown(work, within(spot, 'profile'), message, profile, profiles)
  }
}

function checkFrom({ input: { from }, cast, work, spot }: Scene): void {
  if (!known(from) || cast.get(from) === authorityKind) return
  const authorities = [...cast].filter(([, kind]) => kind === authorityKind).map(([name]) => name)
  reportUnknown(work, within(spot, 'from'), `there is no ${authorityKind} ${from}`, from, authorities)
}

function checkDuration({ input, work, spot }: Scene, key: string, examples: string): number | undefined {
  const text = input[key]
  if (!known(text)) return undefined
  const ms = durationMs(text)
  if (ms === undefined)
    report(
      work,
      within(spot, key),
      `${key} cannot be ${text}`,
      `write an ISO 8601 duration such as ${examples}`,
    )
  return ms
}

function checkKnown({ input, work, spot }: Scene, key: string): void {
  const name = input[key]
  if (typeof name === 'string' && hasExpression(name))
    report(work, within(spot, key), 'the actor must be known before the run', 'read inputs or matrix')
}

function checkMortal(scene: Scene): void {
  checkKnown(scene, 'actor')
  if (kindOf(scene, 'actor') !== authorityKind) return
  const { input, work, spot } = scene
  const what = `${input.actor} is the root of everybody's trust: started again it would be another one`
  report(work, within(spot, 'actor'), what, 'a fault such as transport/down keeps it from answering')
}

function checkNetwork(scene: Scene): void {
  const { input, work, spot } = scene
  for (const key of ['from', 'to']) {
    checkKnown(scene, key)
    kindOf(scene, key)
  }
  if (known(input.from) && input.from === input.to)
    report(work, within(spot, 'to'), `${input.from} needs no network to reach itself`)
  for (const key of ['delay', 'jitter']) {
    const ms = checkDuration(scene, key, 'PT0.2S or PT1S')
    if (ms !== undefined && (ms <= 0 || ms > DELAY_MAX_MS))
      report(work, within(spot, key), `${key} cannot be ${input[key]}`, 'it is more than PT0S, up to PT30S')
  }
  if (input.jitter !== undefined && input.delay === undefined)
    report(work, within(spot, 'jitter'), 'jitter varies a delay, and there is none', 'add delay: PT0.2S')
  const others = ['delay', 'jitter', 'loss', 'rate'].filter((key) => input[key] !== undefined)
  if (input.cut === true && others.length > 0)
    report(work, within(spot, 'cut'), `nothing gets through, so that ${others[0]} has nothing to act on`)
}
