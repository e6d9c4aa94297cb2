/**
 * Expectations that nobody here can judge: of hops that neither end recorded, and of what goes on inside of
 * somebody who acts by itself.
 */
import { isObject, type Json, type JsonObject } from '../../../wire/json.ts'
import type { PlanExpectation, PlanStep } from '../../plan/plan.ts'
import { isElsewhere, isSeenArriving } from '../elsewhere.ts'
import type { Outcome, Scene } from './expect.ts'
import { hops } from './hop.ts'

/** What a client may have kept from before, or learns in another way: no scenario can say that it must ask. */
const ownAffair = [
  'crl',
  'ocsp',
  'issuer-certificate',
  'jwks',
  'as-metadata',
  'openid-configuration',
  'smart-configuration',
  'logo',
  'reference',
]

/** Why this outcome says nothing; undefined when it does. */
export function unjudged(
  { kind }: Pick<PlanExpectation, 'kind'>,
  value: Json,
  outcome: Outcome,
  scene: Scene,
  { awaits, actor = '' }: PlanStep,
): string | undefined {
  const { stage, step, answer } = scene
  const asked: JsonObject = isObject(value) ? value : {}
  if (kind === 'noHop') return outcome === true ? unseen(asked, scene) : undefined
  if (outcome === true) return undefined
  if (kind === 'hop') return unseen(asked, scene) ?? freelyAsked(asked, scene)
  if (kind === 'hops' && Array.isArray(value)) {
    const why = value.map((item) =>
      isObject(item) ? (unseen(item, scene) ?? freelyAsked(item, scene)) : undefined,
    )
    const rest = value.filter((_, index) => why[index] === undefined)
    const first = why.find((one) => one !== undefined)
    return first !== undefined && (rest.length === 0 || hops(rest, scene, rest) === true) ? first : undefined
  }
  if (awaits === undefined || !isElsewhere(stage.actors[actor])) return undefined
  if (kind === 'stopped')
    return awaits === 'answer' && !step.stopped
      ? `what ${actor} makes of it shows in what it does next`
      : undefined
  return !answer && !step.stopped ? `what ${actor} was answered is not seen from here` : undefined
}

function unseen({ from, to }: JsonObject, { stage: { actors } }: Scene): string | undefined {
  if (typeof from !== 'string' || typeof to !== 'string') return undefined
  if (!isElsewhere(actors[from]) || isSeenArriving(actors[to])) return undefined
  return `neither ${from} nor ${to} is observed`
}

function freelyAsked(
  { from, to, class: kind, times }: JsonObject,
  { stage: { actors } }: Scene,
): string | undefined {
  if (typeof from === 'string' && isElsewhere(actors[from]) && ownAffair.includes(String(kind)))
    return `whether ${from} asks for it now is its own affair`
  const free = Object.keys(actors).find((name) => isElsewhere(actors[name]))
  if (times === undefined || from !== undefined || to !== undefined || free === undefined) return undefined
  return `how often ${free} asks is its own affair`
}
