/**
 * Proves the rules: by the whole suite that each is met and that each fault breaks what it is said to break, and
 * by the happy paths, in all versions and with several seeds, that nothing is broken where nobody misbehaves.
 */
import { join } from 'node:path'
import type { RuleId } from '../../spec/types.ts'
import type { PlanCase } from '../plan/plan.ts'
import type { CaseResult } from '../result.ts'
import {
  guide,
  judgedRules,
  knowledge,
  type Plan,
  type PlanOptions,
  planOf,
  runScenarios,
  type Selection,
  type SourceFile,
  type Watcher,
} from '../testbed.ts'
import { breakersOf } from './breakers.ts'
import { type Breaker, type Proof, proofsOf } from './proofs.ts'

export interface ProveChoice {
  files: SourceFile[]
  read(path: string): string
  /** Ids of rules, or how they begin (`reg`, `tier-x`); all when empty. */
  rules: string[]
  /** How many seeds the happy paths run with. */
  seeds: number
  folder: string
  workers?: number
  signal?: AbortSignal
  watcher(cases: PlanCase[]): Watcher
}

export interface Proven {
  proofs: Proof[]
  /** Rows that are neither judged nor said to be beyond judging. */
  unjudged: RuleId[]
  /** How many rows there are to judge. */
  judgeable: number
  /** Cases of the suite that did not pass: they prove nothing. */
  failed: CaseResult[]
  alarms: Alarm[]
}

export interface Alarm {
  rule: RuleId
  version: string
  seed: string
  case: string
  said: string
}

export async function prove(choice: ProveChoice): Promise<Proven> {
  const [breakers, judged, { faults }] = await Promise.all([breakersOf(), judgedRules(), knowledge()])
  const { requirements, versions } = guide()
  // Whoever receives such a fault and refuses it meets the rule.
  const testers = faults.map(({ name, tests }) => ({ name, breaks: tests }))
  const isMeant = (id: string) =>
    choice.rules.length === 0 ||
    choice.rules.some(
      (one) => id === one || id.startsWith(`${one}-`) || (one.endsWith('x') && id.startsWith(one)),
    )
  const rows = requirements.filter(({ id }) => isMeant(id))
  const suite = await plan(choice, {}, {})
  const chosen =
    choice.rules.length === 0
      ? suite
      : { ...suite, cases: relevant(suite.cases, [...breakers, ...testers], isMeant) }
  const { result } = await run(chosen, join(choice.folder, 'suite'), choice)
  const toJudge = rows.filter(({ check, fact, unjudged }) => (check !== 'policy' || fact) && !unjudged)
  return {
    proofs: proofsOf(rows, judged, breakers, { plan: chosen.cases, cases: result.cases }),
    unjudged: toJudge.filter(({ id }) => !judged.includes(id)).map(({ id }) => id),
    judgeable: toJudge.length,
    failed: result.cases.filter(({ verdict }) => verdict === 'failed' || verdict === 'errored'),
    alarms: await alarms(Object.keys(versions), isMeant, choice),
  }
}

/** Whoever misbehaves in a case breaks a rule that is asked about, or puts it to the test; or nobody does. */
function relevant(cases: PlanCase[], breakers: Breaker[], isMeant: (id: string) => boolean): PlanCase[] {
  const names = new Set(breakers.filter(({ breaks }) => breaks.some(isMeant)).map(({ name }) => name))
  return cases.filter(({ actors, steps }) => {
    const faults = [...actors, ...steps].flatMap((one) => one.faults)
    return faults.length === 0 || faults.some(({ inject }) => names.has(inject))
  })
}

async function alarms(
  versions: string[],
  isMeant: (id: string) => boolean,
  choice: ProveChoice,
): Promise<Alarm[]> {
  const found: Alarm[] = []
  for (const version of versions) {
    for (let n = 1; n <= choice.seeds; n++) {
      const seed = `prove-${n}`
      const happy = await plan(choice, { spec: version, seed }, { tag: 'happy-path' })
      const { result } = await run(happy, join(choice.folder, 'alarms', version, seed), choice)
      found.push(...result.cases.flatMap((one) => alarmsOf(one, version, seed)))
    }
  }
  return found.filter(({ rule }) => rule === 'none' || isMeant(rule))
}

function alarmsOf({ name, rules, verdict, reason }: CaseResult, version: string, seed: string): Alarm[] {
  const about = { version, seed, case: name }
  const broken = rules.flatMap(({ id, findings }) =>
    findings.map(({ actor, expected, seen }) => ({
      rule: id,
      ...about,
      said: `${actor}: expected ${expected}, saw ${seen}`,
    })),
  )
  if (broken.length > 0 || verdict === 'passed') return broken
  return [{ rule: 'none', ...about, said: `the case ${verdict}${reason === undefined ? '' : `: ${reason}`}` }]
}

const run = (of: Plan, folder: string, { workers, signal, watcher }: ProveChoice) =>
  runScenarios(of, {
    folder,
    watcher: watcher(of.cases),
    ...(workers !== undefined && { workers }),
    ...(signal && { signal }),
  })

/** @throws BadScenarios */
async function plan({ files, read }: ProveChoice, options: PlanOptions, selection: Selection): Promise<Plan> {
  const made = await planOf(files, { seed: 'prove', ...options }, selection, read)
  if ('plan' in made) return made.plan
  throw new BadScenarios(
    made.problems.map(({ file, line, message }) => `${file}:${line}: ${message}`).join('\n'),
  )
}

/** The scenarios cannot be planned. */
export class BadScenarios extends Error {
  override name = 'BadScenarios'
}
