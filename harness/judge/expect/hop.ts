import { isObject, type Json, type JsonObject } from '../../../wire/json.ts'
import type { Hop } from '../hops.ts'
import { match } from '../match.ts'
import { hopView, lowerHeadersWithin } from '../view.ts'
import { hopInWords, short, words } from '../words.ts'
import type { Expect } from './expect.ts'

/** Some hop of the step fits; `times` counts them (at least once when left out). */
export const hop: Expect = (value, { hops }) => {
  const { times, ...wanted } = asObject(value)
  const fitting = hops.filter((one) => fits(one, wanted))
  const difference = match(times ?? { $gte: 1 }, fitting.length, 'times')
  if (!difference) return true
  const near = fitting[0] ?? hops.find((one) => fits(one, endsOf(wanted)))
  const none = near ? `none; ${missed(near, wanted)}` : 'none'
  return {
    expected: `a hop ${describe(wanted)}${times === undefined ? '' : `, ${difference.expected} times`}`,
    seen: fitting.length === 0 ? none : `it ${fitting.length} times`,
    ...(near ? { hop: near.id } : { cause: listOf(hops) }),
  }
}

/** No hop of the step fits. */
export const noHop: Expect = (value, { hops }) => {
  const found = hops.find((one) => fits(one, asObject(value)))
  if (!found) return true
  return { expected: `no hop ${describe(asObject(value))}`, seen: hopInWords(found), hop: found.id }
}

/** These hops in this order; others may come between. */
export const hops: Expect = (value, scene) => {
  let next = 0
  for (const [index, item] of (Array.isArray(value) ? value : [value]).entries()) {
    const wanted = asObject(item)
    const found = scene.hops.findIndex((one, at) => at >= next && fits(one, wanted))
    if (found < 0) {
      const after = next > 0 ? ` after ${hopInWords(scene.hops[next - 1]!)}` : ''
      const expected = `as number ${index + 1} a hop ${describe(wanted)}${after}`
      const early = scene.hops.find((one) => fits(one, wanted))
      const seen = early ? 'it only before that' : 'none'
      return { expected, seen, cause: listOf(scene.hops), ...(early && { hop: early.id }) }
    }
    next = found + 1
  }
  return true
}

export function fits(one: Hop, wanted: JsonObject): boolean {
  return !match(lowerHeadersWithin(wanted), hopView(one), 'hop')
}

/** What keeps the nearest hop from fitting. */
function missed(near: Hop, wanted: JsonObject): string {
  const difference = match(lowerHeadersWithin(wanted), hopView(near), 'hop')
  return difference ? `${hopInWords(near)} has ${difference.path.slice(4)} ${difference.seen}` : ''
}

function endsOf({ from, to }: JsonObject): JsonObject {
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) }
}

function describe({ from, to, ...rest }: JsonObject): string {
  const ends = [from === undefined ? '' : `from ${plain(from)}`, to === undefined ? '' : `to ${plain(to)}`]
  const more = Object.entries(rest).map(([key, value]) => `with ${key} ${words(value, key)}`)
  return [...ends, ...more].filter((part) => part !== '').join(' ') || 'of any kind'
}

function plain(value: Json): string {
  return typeof value === 'string' ? value : words(value)
}

function listOf(all: Hop[]): string {
  if (all.length === 0) return 'the step had no hops'
  return short(`the step had ${all.map(hopInWords).join('; ')}`, 300)
}

function asObject(value: Json): JsonObject {
  return isObject(value) ? value : {}
}
