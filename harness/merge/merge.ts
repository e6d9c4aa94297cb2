/**
 * Parts → one folder as one process would have written it. Evidence is copied case by case, and no case is judged
 * again: verdicts are those of the parts, and only what counts over all cases is counted anew.
 */
import { existsSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import type { Plan } from '../plan/plan.ts'
import { attemptIn, compareIds } from '../plan/repeat.ts'
import type { CaseResult, Result } from '../result.ts'
import { rulesIn, summarize } from '../summary.ts'
import { withoutMessages } from '../trace/by-case.ts'
import { linesOfTrace, readDocument, readStage } from '../trace/files.ts'
import type { RunFolder } from '../trace/folder.ts'
import type { HalfHop, Stage, StageCase } from '../trace/trace.ts'
import { BadPart, inWords, type Part } from './parts.ts'
import { Spool } from './spool.ts'

export { BadPart, readParts } from './parts.ts'

/** Folders that a run may have beside its files; what is in them goes by the ids of cases. */
const kept = ['screenshots', 'logs']

/** So many characters of the trace are written at once. */
const CHUNK = 1 << 20

/** The whole result; of stage and trace what reports show. All of them is in the folder. */
export interface Merged {
  result: Result
  stage: Stage
  trace: HalfHop[]
}

/**
 * @param parts all of one run, in order
 * @param order ids of the catalogue's rows
 * @throws BadPart when the files of a part are not of one run, BrokenFile
 */
export async function mergeParts(parts: Part[], folder: RunFolder, order: string[]): Promise<Merged> {
  await mergePlans(parts, folder)
  const stage = await mergeStages(parts, folder)
  const { result, trace } = await mergeResults(parts, folder, order)
  await folder.writeCases('result', { ...result, cases: [] }, result.cases)
  return { result, stage, trace }
}

async function mergePlans(parts: Part[], folder: RunFolder): Promise<void> {
  using spool = new Spool(folder.path)
  for (const part of parts) {
    const { cases } = (await readDocument(part.folder, 'plan')) as unknown as Plan
    for (const one of cases) spool.add(one.id, one)
  }
  await folder.writeCases('plan', { plan: 1, cases: [] }, spool.inOrder(compareIds))
}

async function mergeStages(parts: Part[], folder: RunFolder): Promise<Stage> {
  const stages = parts.map(({ stage }) => stage)
  const nodes = new Set(stages.map(({ testbed }) => testbed.node))
  const head: Stage = {
    stage: 1,
    testbed: { version: stages[0]!.testbed.version, node: [...nodes].join(', ') },
    digests: Object.assign({}, ...stages.map(({ digests }) => digests)),
    cases: [],
  }
  using spool = new Spool(folder.path)
  const shown: StageCase[] = []
  for (const part of parts) {
    const { cases } = await readStage(part.folder)
    for (const one of cases) spool.add(one.case, one)
    shown.push(...cases.map(withoutDetails))
  }
  // A run records all first attempts, then all second ones.
  const inOrder = (a: string, b: string) => attemptIn(a) - attemptIn(b) || compareIds(a, b)
  await folder.writeCases('stage', head, spool.inOrder(inOrder))
  return { ...head, cases: shown.sort((a, b) => inOrder(a.case, b.case)) }
}

/** A stage is long for what no report shows: certificates, inputs and outputs. */
function withoutDetails(one: StageCase): StageCase {
  const actors = Object.entries(one.actors).map(([name, actor]) => [
    name,
    { ...actor, endpoints: {}, links: {}, anchors: {}, facts: {} },
  ])
  return { ...one, actors: Object.fromEntries(actors), issued: [], revoked: [], steps: [] }
}

async function mergeResults(
  parts: Part[],
  folder: RunFolder,
  order: string[],
): Promise<Omit<Merged, 'stage'>> {
  const cases: CaseResult[] = []
  const trace: HalfHop[] = []
  const requirements: Result['requirements'] = {}
  let rules = 0
  for (const part of parts) {
    const result = (await readDocument(part.folder, 'result')) as unknown as Result
    checkCases(part, result)
    trace.push(...(await copyTrace(part, result, folder)))
    for (const name of kept.filter((one) => existsSync(join(part.folder, one))))
      await cp(join(part.folder, name), join(folder.path, name), { recursive: true })
    cases.push(...result.cases)
    Object.assign(requirements, result.requirements)
    rules = rulesIn(result.summary)
  }
  cases.sort((a, b) => compareIds(a.id, b.id))
  const known = order.filter((id) => id in requirements).map((id) => [id, requirements[id]!])
  const summary = summarize(cases, rules)
  const rows = { ...Object.fromEntries(known), ...requirements }
  return { result: { result: 1, summary, cases, requirements: rows }, trace }
}

function checkCases(part: Part, { cases }: Result): void {
  const same =
    cases.length === part.cases.length && cases.every(({ id }, i) => compareIds(id, part.cases[i]!.id) === 0)
  if (!same) throw notOfOneRun(part, 'plan.json')
}

/**
 * Line by line: a trace may be longer than the memory.
 *
 * @returns halves that say which hops were made inside another or paired by order, without what went over the wire
 */
async function copyTrace(part: Part, { cases }: Result, folder: RunFolder): Promise<HalfHop[]> {
  const shown: HalfHop[] = []
  const judged = new Set(cases.map(({ id }) => id))
  const hops = new Set(cases.flatMap((one) => one.hops.map(({ id }) => id)))
  const missing = new Set(hops)
  let lines = ''
  for await (const { text, half } of linesOfTrace(part.folder)) {
    if (judged.has(half.case) && !hops.has(half.id)) throw notOfOneRun(part, 'trace.jsonl')
    missing.delete(half.id)
    if (half.within !== undefined || half.paired === 'order') shown.push(withoutMessages(half))
    lines += `${text}\n`
    if (lines.length < CHUNK) continue
    await folder.appendText(lines)
    lines = ''
  }
  await folder.appendText(lines)
  if (missing.size > 0) throw notOfOneRun(part, 'trace.jsonl')
  return shown
}

const notOfOneRun = (part: Part, file: string) =>
  new BadPart(
    `${inWords(part)} has a ${file} that is not of the same run as its result.json; run that shard again.`,
  )
