/** What the command line says about a plan. */
import type { Catalogue } from './catalogue.ts'
import { durationMs } from './duration.ts'
import type { Problem } from './problem.ts'
import { suggest } from './suggest.ts'
import { awaited, type LastingAuthority, type System } from './system.ts'

export interface PlanOptions {
  /**
   * A version for all actors whose scenario names none, or by actor: `1.1.0`, `app=1.1.0`, `{ app: '1.1.0' }`;
   * `all`: each case in each version.
   */
  spec?: string | Record<string, string>
  inputs?: Record<string, string>
  /** Actors that somebody else runs, by name: base URLs; `await` for who acts by itself. */
  actors?: Record<string, string>
  /** What testbed.yaml says of actors, by name: of those that the scenarios have. */
  systems?: Record<string, System>
  /** The authority that lasts: the only certificate authority of a case. */
  authority?: LastingAuthority
  /** Folder with definitions of further trust communities. */
  communities?: string
  /** PEM: further roots that TLS certificates may lead to. */
  tlsRoots?: string[]
  /** How long steps wait for a client under test or a person: an ISO 8601 duration. */
  awaitFor?: string
  /** Where all other actors run. */
  place?: string
  /** What every person browses with, whatever the scenario says. */
  browser?: string
  seed?: string
  /** Scenario time at the start, ISO 8601. */
  clock?: string
}

/** What `spec` says for each version in turn. */
export const everyVersion = 'all'

/** `spec` taken apart. */
export interface SpecChoice {
  all?: string
  byActor: Record<string, string>
}

export function specChoice(spec: PlanOptions['spec']): SpecChoice {
  if (typeof spec === 'object') return { byActor: spec }
  const choice: SpecChoice = { byActor: {} }
  for (const part of spec?.split(',') ?? []) {
    const [left = '', right] = part.trim().split('=', 2)
    if (right === undefined) choice.all = left
    else choice.byActor[left] = right
  }
  return choice
}

export const isWebUrl = (text: string): boolean =>
  URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol)

/** Why it cannot be where a system is: it would stand in every report. */
export function whyNoUrl(text: string): string | undefined {
  if (!isWebUrl(text)) return `${text} is no URL`
  const { username, password, host } = new URL(text)
  return username + password === '' ? undefined : `the URL of ${host} has a user name or a password in it`
}

export const isWait = (duration: string): boolean => (durationMs(duration) ?? 0) > 0

export function isTime(text: string): boolean {
  return (
    /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text) &&
    !Number.isNaN(Date.parse(text))
  )
}

/** What is wrong with the options by themselves; `actors` and `inputs` are the names that the scenarios have. */
export function checkOptions(
  options: PlanOptions,
  catalogue: Catalogue,
  names: { actors: Set<string>; inputs: Set<string> },
): Problem[] {
  const problems: Problem[] = []
  const problem = (option: string, message: string, hint?: string) =>
    problems.push({ file: option, line: 0, column: 0, message, ...(hint && { hint }) })
  const actor = (option: string, name: string) => {
    if (!names.actors.has(name))
      problem(option, `no scenario has an actor ${name}`, suggest(name, names.actors))
  }

  const { all, byActor } = specChoice(options.spec)
  const ofAll = all === undefined || all === everyVersion ? [] : [all]
  for (const version of [...ofAll, ...Object.values(byActor)]) {
    if (!catalogue.versions.includes(version)) {
      problem('--spec', `there is no version ${version} of the guide`, suggest(version, catalogue.versions))
    }
  }
  for (const name of Object.keys(byActor)) actor('--spec', name)
  for (const [name, url] of Object.entries(options.actors ?? {})) {
    actor('--actor', name)
    const why = url === awaited ? undefined : whyNoUrl(url)
    if (why !== undefined)
      problem('--actor', why, `for example ${name}=https://as.example, or ${name}=${awaited}`)
  }
  for (const [name, value] of Object.entries(options.inputs ?? {})) {
    if (!names.inputs.has(name))
      problem('--input', `no scenario has an input ${name}`, suggest(name, names.inputs))
    if (value.includes('${{')) problem('--input', `${name} cannot hold a \${{ }}`)
  }
  if (options.place !== undefined && !isPlace(options.place)) {
    problem('--place', `there is no place ${options.place}`, suggest(options.place, places))
  }
  if (options.browser !== undefined && !browsers.includes(options.browser)) {
    problem('--browser', `there is no browser ${options.browser}`, suggest(options.browser, browsers))
  }
  const { awaitFor } = options
  if (awaitFor !== undefined && !isWait(awaitFor)) {
    problem('--await-for', `${awaitFor} is no duration`, 'for example PT10M')
  }
  if (options.clock !== undefined && !isTime(options.clock)) {
    problem('--clock', `${options.clock} is no time`, 'for example 2026-01-31T12:00:00Z')
  }
  return problems
}

const browsers = ['http', 'chromium']

export const places = ['in-process', 'process', 'container'] as const
export const isPlace = (text: string): text is (typeof places)[number] => places.includes(text as never)
