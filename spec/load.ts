/** Reads the guide's data, checks it and freezes it: once a process, and the only place that does. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { Ajv, type ErrorObject } from 'ajv'
import type { Static, TSchema } from 'typebox'
import { isCollection, LineCounter, type Node, parseDocument } from 'yaml'
import { deepFreeze } from '../wire/json.ts'
import { RequirementsFile, VersionFile } from './schema.ts'
import type { Spec, Version } from './types.ts'

export interface LoadedSpec extends Spec {
  /** SHA-256, hexadecimal, of each file, by its path below spec/: `requirements.yaml`, `versions/2.0.0.yaml`. */
  digests: Record<string, string>
}

/** A file of data is wrong. The message is `file:line: field: what is wrong`. */
export class SpecError extends Error {
  override name = 'SpecError'
  readonly file: string
  readonly line: number
  /** Field and what is wrong. */
  readonly what: string

  constructor(file: string, line: number, what: string) {
    super(`${file}:${line}: ${what}`)
    this.file = file
    this.line = line
    this.what = what
  }
}

const loaded = new Map<string, LoadedSpec>()

/** Loads the guide below `root`, a directory URL ending in a slash that holds `spec/`. */
export function loadSpec(root: URL): LoadedSpec {
  const known = loaded.get(root.href)
  if (known) return known
  const spec = deepFreeze(read(new URL('spec/', root)))
  loaded.set(root.href, spec)
  return spec
}

function read(folder: URL): LoadedSpec {
  const digests: Record<string, string> = {}
  const file = (path: string) => {
    const bytes = readFileSync(new URL(path, folder))
    digests[path] = createHash('sha256').update(bytes).digest('hex')
    return bytes.toString()
  }

  const versions: Record<string, Version> = {}
  for (const name of readdirSync(new URL('versions/', folder)).sort()) {
    if (!name.endsWith('.yaml')) continue
    const path = `versions/${name}`
    const { value, fail } = parse(`spec/${path}`, file(path), VersionFile)
    if (`${value.version}.yaml` !== name) fail(['version'], `must be the file's name, ${name.slice(0, -5)}`)
    versions[value.version] = value
  }

  const path = 'requirements.yaml'
  const { value: rows, fail } = parse(`spec/${path}`, file(path), RequirementsFile)
  const seen = new Set<string>()
  const known = pathsOf(versions)
  for (const [i, { id, since, strengthIn = {}, parameters = [] }] of rows.entries()) {
    if (seen.has(id)) fail([i, 'id'], `${id} is there twice`)
    seen.add(id)
    const unknown = since.findIndex((version) => !versions[version])
    if (unknown >= 0) fail([i, 'since', unknown], `there is no versions/${since[unknown]}.yaml`)
    const strange = Object.keys(strengthIn).find((version) => !since.includes(version))
    if (strange) fail([i, 'strengthIn', strange], `${id} does not hold in ${strange}, by its since`)
    const none = parameters.findIndex((one) => !known.has(one))
    if (none >= 0) fail([i, 'parameters', none], `no version has a parameter ${parameters[none]}`)
  }
  const requirements = rows.map((row) => ({ ...row, strengthIn: strengthsOf(row) }))
  return { versions, requirements, digests }
}

/** In each version in which the row holds. */
function strengthsOf({ since, strength, strengthIn = {} }: Static<typeof RequirementsFile>[number]) {
  return Object.fromEntries(since.map((version) => [version, strengthIn[version] ?? strength]))
}

/** Of all parameters: `discovery.unknownCommunity`. */
function pathsOf(versions: Record<string, Version>): Set<string> {
  const groups = Object.values(versions).flatMap(({ parameters }) => Object.entries(parameters))
  return new Set(groups.flatMap(([group, values]) => Object.keys(values).map((name) => `${group}.${name}`)))
}

type Path = (string | number)[]

/** @param file for messages @returns the value, and how to say that something in it is wrong */
export function parse<T extends TSchema>(file: string, text: string, schema: T) {
  const counter = new LineCounter()
  const doc = parseDocument(text, { lineCounter: counter, prettyErrors: false })
  const lineAt = (offset: number) => counter.linePos(offset).line
  const [broken] = [...doc.errors, ...doc.warnings]
  if (broken) throw new SpecError(file, lineAt(broken.pos[0]), broken.message)

  const fail = (field: Path, message: string): never => {
    const names = field.filter((key) => typeof key === 'string')
    const what = [names.join('.'), message].filter(Boolean).join(': ')
    throw new SpecError(file, lineAt(offsetOf(doc.contents, field)), what)
  }
  const value: unknown = doc.toJS({ maxAliasCount: 0 })
  const validate = new Ajv({ strict: true }).compile(schema)
  if (!validate(value)) {
    // Of alternatives that all failed, the one that got furthest is meant.
    const depth = ({ instancePath }: ErrorObject) => instancePath.split('/').length
    const [first, ...more] = validate.errors!
    const [field, message] = inWords(more.reduce((a, b) => (depth(b) > depth(a) ? b : a), first!))
    fail(field, message)
  }
  return { value: value as Static<T>, fail }
}

/** Where the deepest part of `path` that exists begins. */
function offsetOf(node: Node | null, path: Path): number {
  let offset = node?.range?.[0] ?? 0
  let here: unknown = node
  for (const key of path) {
    if (!isCollection(here)) break
    here = here.get(key, true)
    const range = (here as Node | undefined)?.range
    if (!range) break
    offset = range[0]
  }
  return offset
}

function inWords(error: ErrorObject): [Path, string] {
  const keys = error.instancePath.split('/').slice(1)
  const field: Path = keys.map((key) => (/^\d+$/.test(key) ? Number(key) : key))
  switch (error.keyword) {
    case 'required':
      return [[...field, error.params.missingProperty], 'is missing']
    case 'additionalProperties':
      return [[...field, error.params.additionalProperty], 'is not a known field']
    case 'enum':
      return [field, `must be one of ${error.params.allowedValues.join(', ')}`]
    default:
      return [field, error.message ?? 'is wrong']
  }
}
