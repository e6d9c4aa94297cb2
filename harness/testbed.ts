/**
 * The composition root: the only place that knows both the actors and the harness. What a command needs of
 * run and judge is imported when it is needed, so that `validate` stays quick.
 */
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { ActionSpec, Actor } from '../actors/actor.ts'
import { actorOf, kinds } from '../actors/registry.ts'
import { keyAlgorithms } from '../certs/keys.ts'
import { loadProfiles } from '../certs/profile.ts'
import { type LoadedSpec, loadSpec } from '../spec/load.ts'
import type { Spec } from '../spec/types.ts'
import type { ActionEntry, Catalogue, KindEntry } from './plan/catalogue.ts'
import { loadPlan, type SourceFile } from './plan/load.ts'
import type { PlanOptions } from './plan/options.ts'
import type { Plan, PlanCase } from './plan/plan.ts'
import type { Problem } from './plan/problem.ts'
import { attempt, repeatCases } from './plan/repeat.ts'
import { type Named, type Selection, selectCases, selectNamed } from './plan/select.ts'
import { type Shard, shardCases } from './plan/shard.ts'
import type { CaseResult, Result } from './result.ts'
import type { OpenCase } from './run/open.ts'
import { openFolder, readDocument, readStage, readTrace, writeDocument } from './trace/files.ts'
import type { HalfHop, Stage } from './trace/trace.ts'

export { type KnownFailure, readKnownFailures } from './plan/known-failures.ts'
export { formatProblem } from './plan/problem.ts'
export { suggest } from './plan/suggest.ts'
export type { CaseResult, Named, Plan, PlanCase, PlanOptions, Result, Selection, Shard, SourceFile, Stage }
export { repeatCases, selectNamed, shardCases }

/** The folder of spec/, certs/ and scenarios/: a checkout's root, or the package's, whose code is in dist/. */
export const root = new URL(import.meta.url.endsWith('.ts') ? '../' : '../../', import.meta.url)

export const version: string = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')).version

const DEFAULTS = { version: '2.0.0', profile: 'leaf', key: 'rsa-2048' }

const specification = (): LoadedSpec => loadSpec(root)

/** The guide as data: its versions and the catalogue of what it requires. */
export const guide: () => Spec = specification

/** What a scenario may name. */
export async function catalogue(): Promise<Catalogue> {
  const { requirements, versions } = specification()
  const [actors, { hopClasses }] = await Promise.all([
    Promise.all(kinds.map(actorOf)),
    import('./judge/classify.ts'),
  ])
  return {
    kinds: Object.fromEntries(actors.map((actor) => [actor.kind, kindEntry(actor)])),
    rules: requirements.map(({ id }) => id),
    versions: Object.keys(versions),
    profiles: Object.keys(loadProfiles()),
    profileKeys: Object.fromEntries(Object.entries(loadProfiles()).map(([name, { key }]) => [name, key])),
    keyAlgorithms: [...keyAlgorithms],
    hopClasses: [...hopClasses],
    defaults: DEFAULTS,
  }
}

function kindEntry(actor: Actor): KindEntry {
  const actions = Object.entries(actor.actions).map(([name, spec]) => [name, actionEntry(spec)] as const)
  return {
    with: actor.with,
    // A scenario says what it wants changed.
    policy: { ...actor.policy, required: [] },
    links: actor.links,
    ...(actor.names && { names: actor.names }),
    ...(actor.enrols === false && { enrols: false }),
    actions: Object.fromEntries(actions),
    faults: actor.faults.map(({ name }) => name),
    checks: actor.checks.map(({ name }) => name),
    endpoints: Object.keys(actor.endpoints),
    facts: Object.keys(actor.facts),
  }
}

const actionEntry = ({ with: schema, links, outputs }: ActionSpec): ActionEntry => ({
  with: schema,
  links,
  outputs,
})

/**
 * The cases that are meant, or everything that is wrong in the scenarios.
 *
 * @param read text of a part or data file
 * @throws BadSelection
 */
export async function planOf(
  files: SourceFile[],
  options: PlanOptions,
  selection: Selection,
  read: (path: string) => string,
): Promise<{ plan: Plan } | { problems: Problem[] }> {
  // Against a real server, two runs must not repeat each other's jti.
  const seed = options.seed ?? randomBytes(8).toString('hex')
  const loaded = loadPlan(files, { ...options, seed }, await catalogue(), read)
  return 'plan' in loaded ? { plan: selectCases(loaded.plan, selection) } : loaded
}

/** What is told while a run goes on. */
export interface Watcher {
  started(planCase: PlanCase): void
  step(planCase: PlanCase, step: string): void
  ended(planCase: PlanCase, result: CaseResult): void
  /** These begin again, under the ids of their next attempt. */
  retrying(cases: PlanCase[]): void
}

export interface RunChoice {
  /** Where the run's files go. */
  folder: string
  workers?: number
  /** After so many cases that did not pass no other is started; of those that are retried the last attempt counts. */
  bail?: number
  /** How often a case that did not pass is run again. */
  retries?: number
  signal?: AbortSignal
  watcher?: Watcher
}

export interface Judged {
  result: Result
  stage: Stage
  trace: HalfHop[]
}

/** Plan → run → judge; plan.json, trace.jsonl, stage.json and result.json are in the folder then. */
export async function runScenarios(plan: Plan, choice: RunChoice): Promise<Judged> {
  const [{ run }, { judge, judgeCase }] = await Promise.all([
    import('./run/run.ts'),
    import('./judge/judge.ts'),
  ])
  const { folder, bail, retries = 0, watcher, signal } = choice
  const spec = specification()
  await openFolder(folder)
  // Of an earlier run: files of two runs must not lie side by side.
  const earlier = ['stage.json', 'result.json', 'screenshots']
  await Promise.all(earlier.map((name) => rm(join(folder, name), { force: true, recursive: true })))
  await writeDocument(folder, 'plan', plan)

  const open = new Map<string, HalfHop[]>()
  const enough = new AbortController()
  /** The nth attempt at these cases: what happened, and which of them did not pass. */
  async function round(cases: PlanCase[], n: number): Promise<{ stage: Stage; left: PlanCase[] }> {
    const attempts = new Map(cases.map((one) => [attempt(one, n).id, attempt(one, n)]))
    const bad = new Set<string>()
    const stage = await run(
      { plan: 1, cases: [...attempts.values()] },
      {
        actorOf,
        versions: spec.versions,
        testbed: { version, node: process.version },
        digests: digestsOf(plan, spec),
        folder,
        workers: choice.workers,
        signal,
        enough: enough.signal,
        onEvent: (event) => {
          const planCase = attempts.get(event.case)!
          if (event.type === 'case-started') watcher?.started(planCase)
          if (event.type === 'step-started') watcher?.step(planCase, event.step)
          if (event.type === 'hops') open.set(event.case, [...(open.get(event.case) ?? []), ...event.halves])
          if (event.type !== 'case-ended') return
          // Judged here for the eyes, --bail and --retries; the verdict that counts comes from the files.
          const result = judgeCase(planCase, event.stage, open.get(event.case) ?? [], spec)
          open.delete(event.case)
          watcher?.ended(planCase, { ...result, attempts: n })
          if (result.verdict === 'failed' || result.verdict === 'errored') bad.add(planCase.id)
          if (bail !== undefined && n > retries && bad.size >= bail) enough.abort()
        },
      },
    )
    return { stage, left: cases.filter((one) => bad.has(attempt(one, n).id)) }
  }

  let { stage, left } = await round(plan.cases, 1)
  for (let n = 2; n <= retries + 1 && left.length > 0 && !signal?.aborted; n++) {
    watcher?.retrying(left.map((one) => attempt(one, n)))
    const next = await round(left, n)
    stage = { ...stage, cases: [...stage.cases, ...next.stage.cases] }
    left = next.left
    await writeDocument(folder, 'stage', stage)
  }
  const trace = await readTrace(folder)
  const result = judge({ plan, stage, trace, spec })
  await writeDocument(folder, 'result', result)
  return { result, stage, trace }
}

/** The catalogue and the versions that are in force in the plan. */
function digestsOf(plan: Plan, { digests }: LoadedSpec): Record<string, string> {
  const used = new Set(plan.cases.flatMap((one) => one.actors.map((actor) => `versions/${actor.spec}.yaml`)))
  return Object.fromEntries(
    Object.entries(digests).filter(([file]) => !file.startsWith('versions/') || used.has(file)),
  )
}

export interface JudgedAgain extends Judged {
  /** The saved result; absent when there was none. */
  saved?: Result
  same: boolean
  /** Files of the guide's data that are no longer as they were at the run. */
  changed: string[]
}

/** Judges a saved folder: no network, no actors. @throws BrokenFile */
export async function judgeFolder(folder: string): Promise<JudgedAgain> {
  const { judge } = await import('./judge/judge.ts')
  const spec = specification()
  const plan = (await readDocument(folder, 'plan')) as unknown as Plan
  const stage = await readStage(folder)
  const trace = await readTrace(folder)
  const result = judge({ plan, stage, trace, spec })
  const changed = Object.keys(stage.digests).filter((file) => spec.digests[file] !== stage.digests[file])
  const saved = await savedResult(folder)
  const same = saved !== undefined && JSON.stringify(saved) === JSON.stringify(result)
  return { result, stage, trace, ...(saved ? { saved } : {}), same, changed }
}

/**
 * Judges a saved folder by all rules but one, which has lost its body, as often as is asked. The files are read
 * once.
 *
 * @throws BrokenFile
 */
export async function judgeWeakened(
  folder: string,
): Promise<(rule: string) => { plan: Plan; result: Result }> {
  const [{ judge }, { rules }] = await Promise.all([
    import('./judge/judge.ts'),
    import('./judge/rules/index.ts'),
  ])
  const plan = (await readDocument(folder, 'plan')) as unknown as Plan
  const evidence = {
    plan,
    stage: await readStage(folder),
    trace: await readTrace(folder),
    spec: specification(),
  }
  return (weak) => {
    // What the others say of the same cases is the same as before.
    const own = rules.filter(({ id }) => id === weak).map((rule) => ({ ...rule, judge: () => undefined }))
    return { plan, result: judge(evidence, own) }
  }
}

async function savedResult(folder: string): Promise<Result | undefined> {
  if (!existsSync(join(folder, 'result.json'))) return undefined
  return (await readDocument(folder, 'result')) as unknown as Result
}

/** Ids of the rules that have code. */
export const judgedRules = async () => (await import('./judge/rules/index.ts')).rules.map(({ id }) => id)

/** What `explain` knows. */
export const knowledge = async () => (await import('./knowledge.ts')).knowledgeOf(root)

/** The cases of a saved run that did not pass. @throws BrokenFile */
export async function failedCases(folder: string): Promise<Named[]> {
  const { cases } = (await readDocument(folder, 'result')) as unknown as Result
  return cases.filter(({ verdict }) => verdict === 'failed' || verdict === 'errored')
}

export const writeResult = (folder: string, result: Result): Promise<void> =>
  writeDocument(folder, 'result', result)

export interface Up extends OpenCase {
  /** Absolute path of the PEM file of the TLS root. */
  tlsRootFile: string
}

/** Starts the actors of a case and leaves them running. @throws StageBroken, Interrupted */
export async function up(
  planCase: PlanCase,
  { folder, signal }: { folder: string; signal?: AbortSignal },
): Promise<Up> {
  const { openCase } = await import('./run/open.ts')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const open = await openCase(planCase, { actorOf, versions: specification().versions, signal })
  const tlsRootFile = resolve(folder, 'tls-root.pem')
  await writeFile(tlsRootFile, open.tlsRoot)
  return { ...open, tlsRootFile }
}
