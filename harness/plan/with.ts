/** `with`: checked by the schema of its kind or action, links filled in, files read. */
import { dirname, isAbsolute, join } from 'node:path'
import { isObject, type Json, type JsonObject } from '../../wire/json.ts'
import type { ActionEntry, JsonSchema } from './catalogue.ts'
import { hasExpression } from './expression.ts'
import { validate } from './validate.ts'
import { a, listed, report, reportUnknown, type Spot, type Work, within } from './work.ts'

/** Checks a copy of `value`, fills the schema's defaults into it and puts files in the place of their paths. */
export function readWith(schema: JsonSchema, value: JsonObject, work: Work, spot: Spot): JsonObject {
  const copy = structuredClone(value)
  work.problems.push(...validate(schema, copy, spot.document, spot.keys))
  return readFiles(schema, copy, work, spot) as JsonObject
}

interface FileSchema {
  'x-testbed-file'?: boolean
  properties?: Record<string, FileSchema>
  items?: FileSchema
}

function readFiles(schema: FileSchema, value: Json, work: Work, spot: Spot): Json {
  if (schema['x-testbed-file'] && typeof value === 'string' && !hasExpression(value)) {
    return readJson(value, work, spot)
  }
  if (Array.isArray(value)) {
    return value.map((item, i) => readFiles(schema.items ?? {}, item, work, within(spot, i)))
  }
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      readFiles(schema.properties?.[key] ?? {}, item, work, within(spot, key)),
    ]),
  )
}

/** The content of a JSON file; `path` is relative to the file in which it stands. */
function readJson(path: string, work: Work, spot: Spot): Json {
  let text: string
  try {
    text = work.read(isAbsolute(path) ? path : join(dirname(spot.document.file), path))
  } catch (error) {
    report(
      work,
      spot,
      `${path} cannot be read: ${reasonOf(error)}`,
      'a path is relative to the file that names it',
    )
    return null
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    report(work, spot, `${path} is not JSON: ${(error as Error).message}`)
    return null
  }
}

export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : message
}

/** Of the actors of a case, what links need: name to kind. */
export type Cast = Map<string, string>

/**
 * Link keys with the names of actors that they lead to: as `value` says, else the only candidate. Two
 * candidates or none are a problem, none is not when `optional`.
 */
export function resolveLinks(
  links: ActionEntry['links'],
  value: JsonObject,
  cast: Cast,
  work: Work,
  spot: Spot,
  owner: { words: string; name?: string; optional?: boolean },
): Record<string, string> {
  const resolved: Record<string, string> = {}
  for (const [key, kinds] of Object.entries(links)) {
    const candidates = [...cast].filter(([name, kind]) => kinds.includes(kind) && name !== owner.name)
    const names = candidates.map(([name]) => name)
    const said = value[key]
    if (said !== undefined) {
      const here = within(spot, 'with', key)
      if (typeof said !== 'string') continue
      if (hasExpression(said))
        report(work, here, `${key} must be known before the run`, 'read inputs or matrix')
      else if (!cast.has(said)) reportUnknown(work, here, `there is no actor ${said}`, said, names)
      else if (!kinds.includes(cast.get(said)!)) {
        report(work, here, `${said} is ${a(cast.get(said)!)}, and ${key} needs ${a(kinds.join(' or '))}`)
      } else resolved[key] = said
    } else if (names.length === 1) resolved[key] = names[0]!
    else if (names.length > 1) {
      const what = `${owner.words} does not say which ${kinds.join(' or ')} it means: ${listed(names)} are there`
      report(work, spot, what, `add ${key}: ${names[0]} to its with`, 'key')
    } else if (!owner.optional) {
      report(
        work,
        spot,
        `${owner.words} needs ${a(kinds.join(' or '))}, and there is none`,
        'add one to actors',
        'key',
      )
    }
  }
  return resolved
}

/** Notes each name that is of no actor of the case, or of one of another kind. */
export function checkNames(
  names: Record<string, string[]>,
  value: unknown,
  cast: Cast,
  work: Work,
  spot: Spot,
): void {
  for (const [path, kinds] of Object.entries(names)) {
    const candidates = [...cast].filter(([, kind]) => kinds.includes(kind)).map(([name]) => name)
    for (const [said, here] of textsAt(path.split('.'), value, spot)) {
      if (!cast.has(said))
        reportUnknown(work, here, `there is no ${kinds.join(' or ')} ${said}`, said, candidates)
      else if (!candidates.includes(said)) {
        report(work, here, `${said} is ${a(cast.get(said)!)}, and this needs ${a(kinds.join(' or '))}`)
      }
    }
  }
}

/** The texts at a path, in lists too. */
function textsAt(keys: string[], value: unknown, spot: Spot): [string, Spot][] {
  if (Array.isArray(value)) return value.flatMap((one, i) => textsAt(keys, one, within(spot, i)))
  const [key, ...rest] = keys
  if (key === undefined) return typeof value === 'string' ? [[value, spot]] : []
  const member = isObject(value as Json) ? (value as JsonObject)[key] : undefined
  return member === undefined ? [] : textsAt(rest, member, within(spot, key))
}
