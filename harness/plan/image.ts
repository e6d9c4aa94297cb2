/** A place that is somebody else's image: its defaults filled in, its files read, and all that it names known. */
import { dirname, isAbsolute, join } from 'node:path'
import { isObject, type Json, type JsonObject } from '../../wire/json.ts'
import { durationMs } from './duration.ts'
import { BadExpression, lookUp, type Path, printExpression, rewrite, UnknownPath } from './expression.ts'
import { fillPaths, type ReadPath } from './paths.ts'
import type { ImageFile, ImagePlace } from './plan.ts'
import type { ActorEntry } from './schema.ts'
import type { ImageEntry, Material } from './schema-image.ts'
import { type Cast, reasonOf } from './with.ts'
import { a, report, type Spot, type Work, within } from './work.ts'

const READY = 'PT1M'
const READY_MAX = 'PT30M'

interface Owner {
  name: string
  kind: string
  certificate: ActorEntry['certificate'] | undefined
  cast: Cast
  values: JsonObject
}

export function readImage(entry: ImageEntry, owner: Owner, work: Work, spot: Spot): ImagePlace {
  const { kind, cast, values } = owner
  if (work.catalogue.kinds[kind]?.serves === 'nothing')
    report(work, spot, `${a(kind)} serves nothing, so it cannot be an image`, 'leave place: out')
  const later = addressesOf(cast, work)
  const env = Object.entries(entry.env ?? {}).map(([name, value]) => {
    const text = typeof value === 'string' ? value : String(value)
    return [name, fillPaths(text, later, work, within(spot, 'env', name))]
  })
  const command = entry.command && fillPaths(entry.command, later, work, within(spot, 'command'))
  const read: ReadPath = (path) => (Object.hasOwn(values, path[0]!) ? lookUp(path, values) : later(path))
  const files = Object.entries(entry.files ?? {}).map(([path, from]): ImageFile => {
    const here = within(spot, 'files', path)
    if (!path.startsWith('/'))
      report(work, here, `${path} is no path inside an image`, `write /${path}`, 'key')
    if (typeof from === 'string') return { path, text: readText(from, read, work, here) }
    checkMaterial(from, owner, work, here)
    return { path, ...from }
  })
  return {
    image: entry.image,
    ...(entry.port !== undefined && { port: entry.port }),
    ...(entry.path !== undefined && { path: entry.path }),
    ...(command && { command: command as string[] }),
    env: Object.fromEntries(env),
    files,
    ...readReady(entry.ready ?? {}, work, within(spot, 'ready')),
  }
}

/** The addresses of a case, which are known when it starts: what reads any other path is wrong. */
function addressesOf(cast: Cast, { catalogue }: Work): ReadPath {
  const actors = [...cast].map(([name, kind]) => {
    const endpoints = catalogue.kinds[kind]?.endpoints ?? []
    return [name, { url: '', endpoints: Object.fromEntries(endpoints.map((one) => [one, ''])) }]
  })
  const known: JsonObject = {
    place: { url: '', origin: '', host: '', port: 0 },
    actors: Object.fromEntries(actors),
  }
  return (path) => {
    if (isObject(lookUp(path, known))) throw notOne(path, known)
    return undefined
  }
}

const notOne = (path: Path, known: Json) => {
  const keys = Object.keys(lookUp(path, known) as JsonObject)
  const whole = printExpression({ path })
  return new BadExpression(`${whole} is no address: write ${whole}.${keys[0] ?? 'url'}`)
}

/** A text beside the scenario, inputs and matrix filled in; what is wrong is reported at its place in the text. */
function readText(from: string, read: ReadPath, work: Work, spot: Spot): string {
  const file = isAbsolute(from) ? from : join(dirname(spot.document.file), from)
  let text: string
  try {
    text = work.read(file)
  } catch (error) {
    const hint = 'a path is relative to the file that names it'
    report(work, spot, `${from} cannot be read: ${reasonOf(error)}`, hint)
    return ''
  }
  if (text.includes('\uFFFD'))
    report(work, spot, `${from} is not UTF-8`, 'a file that is no text belongs into the image')
  const lines = text.split('\n').map((source, i) => {
    try {
      const filled = rewrite(source, read)
      return typeof filled === 'string' ? filled : JSON.stringify(filled)
    } catch (error) {
      if (!(error instanceof UnknownPath || error instanceof BadExpression)) throw error
      const at = { file, line: i + 1, column: source.indexOf('${{') + 1, source }
      if (error instanceof BadExpression) work.problems.push({ ...at, message: error.message })
      else work.problems.push({ ...at, message: `nothing is called ${error.path} here`, ...hintOf(error) })
      return source
    }
  })
  return lines.join('\n')
}

function hintOf({ suggestion, known }: UnknownPath): { hint?: string } {
  if (suggestion !== undefined) return { hint: `did you mean ${suggestion}?` }
  return known.length > 0 ? { hint: `known: ${known.join(', ')}` } : {}
}

function checkMaterial(
  { holds, password }: { holds: Material; password?: string },
  { name, kind, certificate }: Owner,
  work: Work,
  spot: Spot,
): void {
  const here = within(spot, 'holds')
  const { serves, enrols } = work.catalogue.kinds[kind] ?? {}
  const isOwn = (what: 'tls' | 'udap') => holds.startsWith(`${what}-`) && !/-(root|anchors)$/.test(holds)
  if (isOwn('tls') && serves !== 'https')
    report(work, here, `${name} has no TLS certificate: ${a(kind)} serves ${serves}`)
  if (isOwn('udap') && (enrols === false || serves === 'http'))
    report(work, here, `${name} is not issued a UDAP certificate`)
  if (isOwn('udap') && Array.isArray(certificate) && certificate.length > 1)
    report(work, here, `${name} has ${certificate.length} UDAP certificates, and a file holds one`)
  if (holds.endsWith('-pkcs12') && password === undefined)
    report(work, spot, `${holds} needs a password`, 'add password:')
  if (!holds.endsWith('-pkcs12') && password !== undefined)
    report(work, within(spot, 'password'), `${holds} has no password`, 'leave password: out', 'key')
}

function readReady(
  { path, status, log, within: said = READY }: NonNullable<ImageEntry['ready']>,
  work: Work,
  spot: Spot,
): Pick<ImagePlace, 'ready' | 'readyMs'> {
  if (log !== undefined && path !== undefined)
    report(work, within(spot, 'log'), 'path and log are two ways to be ready', 'keep one of them', 'key')
  if (status !== undefined && path === undefined)
    report(work, within(spot, 'status'), 'status is that of the answer at a path', 'add path:', 'key')
  const readyMs = durationMs(said) ?? 0
  if (readyMs <= 0 || readyMs > durationMs(READY_MAX)!) {
    const hint = `write an ISO 8601 duration such as PT2M, up to ${READY_MAX}`
    report(work, within(spot, 'within'), `within cannot be ${said}`, hint)
  }
  const ready = path !== undefined ? { path, status: status ?? 200 } : log !== undefined ? { log } : {}
  return { ready, readyMs }
}
