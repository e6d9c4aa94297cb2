/** Plan → Trace + Stage: runs the cases, side by side, and writes down what happened. It does not judge. */
import { resolve } from 'node:path'
import type { Actor } from '../../actors/actor.ts'
import { KeyPool } from '../../certs/keys.ts'
import type { TlsRoot } from '../../certs/tls.ts'
import type { Spec } from '../../spec/types.ts'
import { isObserved } from '../plan/place.ts'
import type { Plan, PlanCase } from '../plan/plan.ts'
import type { RunFolder } from '../trace/folder.ts'
import type { HalfHop, Stage, StageCase } from '../trace/trace.ts'
import { brokenCase, runCase } from './case.ts'
import { hasActorContainers, hasContainers } from './cast.ts'
import type { DockerRun } from './docker/engine.ts'
import type { Emit, RunEvent } from './events.ts'
import { tlsRootOf } from './tls-root.ts'
import { hasWaits } from './wait.ts'
import { startWorkers, WorkerGone, type Workers } from './workers.ts'

export interface RunOptions {
  actorOf(kind: string): Promise<Actor>
  versions: Spec['versions']
  /** Goes into stage.json as it is. */
  testbed: Stage['testbed']
  digests: Stage['digests']
  /** trace.jsonl grows in it, stage.json is written at the end. */
  folder: RunFolder
  /** Cases at the same time, in each process. */
  concurrency?: number | undefined
  /** Processes beside this one that run the cases; 0 runs them in this process. */
  workers?: number | undefined
  onEvent?: ((event: RunEvent) => void) | undefined
  /** Interrupts the run: open steps end at once, everything is closed. */
  signal?: AbortSignal | undefined
  /** Lets the cases that run come to their end, and starts no other. */
  enough?: AbortSignal | undefined
  /** Program of place `process`; our own when left out. */
  manage?: URL | undefined
  /** Image of the actors in containers. */
  image: string
}

const CONCURRENCY = 4

/** @returns the stage record, cases in plan order; a case that was never started is not in it */
export async function run(plan: Plan, options: RunOptions): Promise<Stage> {
  const trace = new TraceWriter(options.folder)
  const tlsRoot = await tlsRootOf(plan.authority)
  const emit: Emit = (event) => {
    if (event.type === 'hops') trace.append(event.halves)
    options.onEvent?.(event)
  }
  const cases = await runCases(plan.cases, { ...options, tlsRoot }, emit)
  await trace.written()
  const stage: Stage = { stage: 1, testbed: options.testbed, digests: options.digests, cases }
  await options.folder.write('stage', stage)
  return stage
}

type Run = RunOptions & { tlsRoot: TlsRoot }
type RunOne = (planCase: PlanCase) => Promise<StageCase>

async function runCases(cases: PlanCase[], options: Run, emit: Emit): Promise<StageCase[]> {
  if (!cases.some(hasContainers)) return inProcesses(cases, options, emit)
  const { closeDocker, openDocker } = await import('./docker/engine.ts')
  const docker = await openDocker(options.image, cases.some(hasActorContainers), options.signal)
  try {
    return await inProcesses(cases, options, emit, docker)
  } finally {
    await closeDocker(docker)
  }
}

async function inProcesses(
  cases: PlanCase[],
  options: Run,
  emit: Emit,
  docker?: DockerRun,
): Promise<StageCase[]> {
  const { workers = 0, signal, versions, manage, tlsRoot } = options
  const concurrency = cases.some(isAlone) ? 1 : (options.concurrency ?? CONCURRENCY)
  const folder = resolve(options.folder.path)
  if (workers === 0 || cases.some(isAlone)) {
    const kit = { actorOf: options.actorOf, versions, keys: new KeyPool(), tlsRoot, folder, docker, manage }
    const slots = Array<RunOne>(concurrency).fill((planCase) => runCase(planCase, kit, emit, signal))
    return inSlots(cases, slots, options, emit)
  }
  const init = {
    versions,
    tlsRoot,
    folder,
    ...(docker ? { docker } : {}),
    ...(manage ? { manage: manage.href } : {}),
  }
  const forked: Workers = await startWorkers(Math.min(workers, cases.length), init, emit, signal)
  try {
    // A slot of each in turn, so that few cases do not all go to the first.
    const slots = Array.from({ length: concurrency }, () => forked.run).flat()
    return await inSlots(cases, slots, options, emit)
  } finally {
    await forked.close()
  }
}

/** Who listens on a port of its own can do so once at a time, and nobody can be waited for in two cases. */
const isAlone = (planCase: PlanCase): boolean =>
  hasWaits(planCase) || planCase.actors.some(({ serve, place }) => serve !== undefined || isObserved(place))

/** Each slot takes the next case when it is free. A slot whose worker has gone takes no more. */
async function inSlots(
  cases: PlanCase[],
  slots: RunOne[],
  { signal, enough }: Pick<RunOptions, 'signal' | 'enough'>,
  emit: Emit,
): Promise<StageCase[]> {
  const records: (StageCase | undefined)[] = cases.map(() => undefined)
  const broken = (index: number, message: string) => {
    const record = brokenCase(cases[index]!, message)
    records[index] = record
    emit({ type: 'case-ended', case: record.case, stage: record })
  }
  const goesOn = () => next < cases.length && !signal?.aborted && !enough?.aborted
  let next = 0
  const slot = async (runOne: RunOne) => {
    while (goesOn()) {
      const index = next++
      try {
        records[index] = await runOne(cases[index]!)
      } catch (error) {
        if (!(error instanceof WorkerGone)) throw error
        broken(index, error.message)
        return
      }
    }
  }
  await Promise.all(slots.map(slot))
  while (goesOn()) broken(next++, 'No worker process was left to run this case.')
  return records.filter((record) => record !== undefined)
}

/** Appends in order, one write at a time; a failed write (a full disk) fails the run at its end. */
class TraceWriter {
  readonly #folder: RunFolder
  #last: Promise<void> = Promise.resolve()

  constructor(folder: RunFolder) {
    this.#folder = folder
  }

  append(halves: HalfHop[]): void {
    this.#last = this.#last.then(() => this.#folder.append(halves))
    this.#last.catch(() => {})
  }

  written(): Promise<void> {
    return this.#last
  }
}
