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
import type { ActionEntry, Catalogue, KindEntry } from './plan/catalogue.ts'
import { loadPlan, type SourceFile } from './plan/load.ts'
import type { PlanOptions } from './plan/options.ts'
import type { Plan, PlanCase } from './plan/plan.ts'
import type { Problem } from './plan/problem.ts'
import { type Selection, selectCases } from './plan/select.ts'
import type { CaseResult, Result } from './result.ts'
import type { OpenCase } from './run/open.ts'
import { openFolder, readDocument, readStage, readTrace, writeDocument } from './trace/files.ts'
import type { HalfHop, Stage } from './trace/trace.ts'

export { formatProblem } from './plan/problem.ts'
export type { CaseResult, Plan, PlanCase, PlanOptions, Result, Selection, SourceFile }

/** The folder of spec/, certs/ and scenarios/: a checkout's root, or the package's, whose code is in dist/. */
export const root = new URL(import.meta.url.endsWith('.ts') ? '../' : '../../', import.meta.url)

export const version: string = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')).version

const DEFAULTS = { version: '2.0.0', profile: 'leaf', key: 'rsa-2048' }

const specification = (): LoadedSpec => loadSpec(root)

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
    keyAlgorithms: [...keyAlgorithms],
    hopClasses: [...hopClasses],
    defaults: DEFAULTS,
  }
}

function kindEntry(actor: Actor): KindEntry {
  const actions = Object.entries(actor.actions).map(([name, spec]) => [name, actionEntry(spec)] as const)
  return {
    with: actor.with,
    links: actor.links,
    actions: Object.fromEntries(actions),
    faults: actor.faults.map(({ name }) => name),
    checks: actor.checks.map(({ name }) => name),
    endpoints: Object.keys(actor.endpoints),
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
}

export interface RunChoice {
  /** Where the run's files go. */
  folder: string
  workers?: number
  /** After the first case that did not pass no other is started. */
  bail?: boolean
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
  const { folder, bail = false, watcher, signal } = choice
  const spec = specification()
  await openFolder(folder)
  // Of an earlier run: files of two runs must not lie side by side.
  await Promise.all(['stage.json', 'result.json'].map((name) => rm(join(folder, name), { force: true })))
  await writeDocument(folder, 'plan', plan)

  const byId = new Map(plan.cases.map((one) => [one.id, one]))
  const open = new Map<string, HalfHop[]>()
  const enough = new AbortController()
  const stage = await run(plan, {
    actorOf,
    versions: spec.versions,
    testbed: { version, node: process.version },
    digests: digestsOf(plan, spec),
    folder,
    workers: choice.workers,
    signal,
    enough: enough.signal,
    onEvent: (event) => {
      const planCase = byId.get(event.case)!
      if (event.type === 'case-started') watcher?.started(planCase)
      if (event.type === 'step-started') watcher?.step(planCase, event.step)
      if (event.type === 'hops') open.set(event.case, [...(open.get(event.case) ?? []), ...event.halves])
      if (event.type !== 'case-ended') return
      // Judged here for the eyes and for --bail; the verdict that counts comes from the files.
      const verdict = judgeCase(planCase, event.stage, open.get(event.case) ?? [], spec)
      open.delete(event.case)
      watcher?.ended(planCase, verdict)
      if (bail && (verdict.verdict === 'failed' || verdict.verdict === 'errored')) enough.abort()
    },
  })
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

async function savedResult(folder: string): Promise<Result | undefined> {
  if (!existsSync(join(folder, 'result.json'))) return undefined
  return (await readDocument(folder, 'result')) as unknown as Result
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
