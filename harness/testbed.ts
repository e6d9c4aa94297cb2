/**
 * The composition root: the only place that knows both the actors and the harness. What a command needs of
 * run and judge is imported when it is needed, so that `validate` stays quick.
 */
import { randomBytes } from 'node:crypto'
import { actorOf } from '../actors/registry.ts'
import { type Communities, loadCommunities } from '../spec/communities.ts'
import { type LoadedSpec, loadSpec, SpecError } from '../spec/load.ts'
import type { Spec } from '../spec/types.ts'
import type { Catalogue } from './plan/catalogue.ts'
import { loadPlan, type SourceFile } from './plan/load.ts'
import type { PlanOptions } from './plan/options.ts'
import type { Plan, PlanCase } from './plan/plan.ts'
import type { Problem } from './plan/problem.ts'
import { attempt, repeatCases } from './plan/repeat.ts'
import { type Selection, selectCases, selectNamed } from './plan/select.ts'
import { type Shard, shardCases } from './plan/shard.ts'
import { nearest } from './plan/suggest.ts'
import type { CaseResult, Result } from './result.ts'
import type { Told } from './run/prompt.ts'
import type { Judged } from './saved.ts'
import { traceByCase } from './trace/by-case.ts'
import { RunFolder } from './trace/folder.ts'
import type { HalfHop, Stage } from './trace/trace.ts'
import type { Up, UpOptions } from './up/up.ts'
import { root, version } from './version.ts'

export { proxyIn } from '../actors/proxy.ts'
export { type Config, readConfig, tlsRootsOf } from './config/load.ts'
export { type KnownFailure, readKnownFailures } from './plan/known-failures.ts'
export { tooMuch } from './plan/manners.ts'
export { isWebUrl } from './plan/options.ts'
export { formatProblem } from './plan/problem.ts'
export { suggest } from './plan/suggest.ts'
export * from './saved.ts'
export type { CaseResult, Plan, PlanCase, PlanOptions, Result, Selection, Shard, SourceFile, Stage, Told }
export { repeatCases, root, selectNamed, shardCases, version }

/** Image of the actors in containers. */
const actorImage = () => process.env.UDAP_TESTBED_IMAGE || `udap-testbed:${version}`

const specification = (): LoadedSpec => loadSpec(root)

/** The guide as data: its versions and the catalogue of what it requires. */
export const guide: () => Spec = specification

/** What a scenario may name. */
export const catalogue = async (): Promise<Catalogue> =>
  (await import('./catalogue.ts')).catalogueOf(specification())

/**
 * The cases that are meant, and whom of testbed.yaml no scenario has; or everything that is wrong in the scenarios.
 *
 * @param read text of a part or data file
 * @throws BadSelection
 */
export async function planOf(
  files: SourceFile[],
  options: PlanOptions,
  selection: Selection,
  read: (path: string) => string,
): Promise<{ plan: Plan; strangers: Stranger[] } | { problems: Problem[] }> {
  // Against a real server, two runs must not repeat each other's jti.
  const seed = options.seed ?? randomBytes(8).toString('hex')
  const communities = definitions(options.communities)
  if ('problems' in communities) return communities
  const known = { ...(await catalogue()), ...communities }
  const loaded = loadPlan(files, { ...options, seed }, known, read)
  if (!('plan' in loaded)) return loaded
  const names = new Set(loaded.plan.cases.flatMap(({ actors }) => actors.map(({ name }) => name)))
  const strangers = Object.keys(options.systems ?? {})
    .filter((name) => !names.has(name))
    .map((name): Stranger => ({ name, meant: nearest(name, names) }))
  return { plan: selectCases(loaded.plan, selection), strangers }
}

/** An actor of testbed.yaml that no scenario has, and which of theirs may be meant. */
interface Stranger {
  name: string
  meant: string | undefined
}

/** Of trust communities, those in the user's folder too. */
function definitions(folder?: string): { communities: Communities } | { problems: Problem[] } {
  try {
    return { communities: loadCommunities(root, folder) }
  } catch (error) {
    if (!(error instanceof SpecError)) throw error
    const { file, line, what } = error
    return { problems: [{ file, line, column: 1, message: what }] }
  }
}

/** What is told while a run goes on. */
export interface Watcher {
  started(planCase: PlanCase): void
  step(planCase: PlanCase, step: string): void
  /** Somebody is to do something now; `until` in milliseconds since 1970. */
  waiting(planCase: PlanCase, prompt: Told & { step: string; until: number }): void
  waited(planCase: PlanCase): void
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

/** Plan → run → judge; plan.json, trace.jsonl, stage.json and result.json are in the folder then. */
export async function runScenarios(plan: Plan, choice: RunChoice): Promise<Judged> {
  const [{ run }, { judge, judgeCase }] = await Promise.all([
    import('./run/run.ts'),
    import('./judge/judge.ts'),
  ])
  const { bail, retries = 0, watcher, signal } = choice
  const spec = specification()
  await using folder = await RunFolder.take(choice.folder)
  await folder.write('plan', plan)

  const open = new Map<string, HalfHop[]>()
  const enough = new AbortController()
  /** The nth attempt at these cases: what happened, and which of them did not pass. */
  async function round(cases: PlanCase[], n: number): Promise<{ stage: Stage; left: PlanCase[] }> {
    const attempts = new Map(cases.map((one) => [attempt(one, n).id, attempt(one, n)]))
    const bad = new Set<string>()
    const stage = await run(
      { ...plan, cases: [...attempts.values()] },
      {
        actorOf,
        versions: spec.versions,
        image: actorImage(),
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
          if (event.type === 'waiting') watcher?.waiting(planCase, event)
          if (event.type === 'waited') watcher?.waited(planCase)
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
    await folder.write('stage', stage)
  }
  const { halvesOf, outline } = await traceByCase(folder.path)
  const result = judge({ plan, stage, trace: halvesOf, spec })
  await folder.write('result', result)
  // Of an interrupted run the folder keeps its mark: it is no part that can be merged.
  if (!signal?.aborted) await folder.finish()
  return { result, stage, trace: outline }
}

/** The catalogue and the versions that are in force in the plan. */
function digestsOf(plan: Plan, { digests }: LoadedSpec): Record<string, string> {
  const used = new Set(plan.cases.flatMap((one) => one.actors.map((actor) => `versions/${actor.spec}.yaml`)))
  return Object.fromEntries(
    Object.entries(digests).filter(([file]) => !file.startsWith('versions/') || used.has(file)),
  )
}

/** Ids of the rules that have code. */
export const judgedRules = async () => (await import('./judge/rules/index.ts')).rules.map(({ id }) => id)

/** What `explain` knows. */
export const knowledge = async () => (await import('./knowledge.ts')).knowledgeOf(root)

export { humanLog, jsonLog } from './up/log.ts'
export type { Up }

/** What `up` begins with, where the state does not say it. */
export interface UpPlan {
  plan: PlanCase
  authority?: string | undefined
  host?: { name: string; address: string } | undefined
}

/** Starts the actors of a case and leaves them running. @throws StageBroken, Unusable, Interrupted */
export async function up(
  begins: UpPlan | undefined,
  options: Omit<UpOptions, 'session' | 'actorOf' | 'image' | 'version'>,
): Promise<Up> {
  const { up } = await import('./up/up.ts')
  const session = begins && { ...begins, versions: versionsOf(begins.plan) }
  return up({ ...options, session, actorOf, image: actorImage(), version })
}

/** Of the guide, as far as the case has them. */
function versionsOf({ actors }: PlanCase): Spec['versions'] {
  const used = new Set(actors.map(({ spec }) => spec))
  return Object.fromEntries(Object.entries(specification().versions).filter(([one]) => used.has(one)))
}
