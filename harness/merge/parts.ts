/** The parts of a sharded run, found and checked: all there, each once, of one split, none cut short. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Plan, PlanShard } from '../plan/plan.ts'
import { compareIds } from '../plan/repeat.ts'
import { type Assigned, splitOf } from '../plan/shard.ts'
import { BrokenFile, readDocument, readStage } from '../trace/files.ts'
import { isUnfinished } from '../trace/folder.ts'
import type { Stage } from '../trace/trace.ts'

export interface Part {
  folder: string
  shard: PlanShard
  cases: Assigned[]
  stage: Pick<Stage, 'testbed' | 'digests'>
}

/** A folder that cannot be merged; the message says why and what to do. */
export class BadPart extends Error {
  /** Which shard it is, where that is known. */
  readonly index: number | undefined

  constructor(message: string, index?: number) {
    super(message)
    this.index = index
  }
}

const few = 4

/** `Shard 2/4 in out/shard-2` */
export const inWords = ({ shard: { index, of }, folder }: Pick<Part, 'shard' | 'folder'>): string =>
  `Shard ${index}/${of} in ${folder}`

/**
 * @param folders of the parts, or a folder that has some as `shard-*`
 * @param output which must be none of them
 * @returns them in order, or all that is wrong
 */
export async function readParts(
  folders: string[],
  output: string,
): Promise<{ parts: Part[] } | { problems: string[] }> {
  const parts: Part[] = []
  const bad: BadPart[] = []
  for (const folder of folders.flatMap(partsIn)) {
    try {
      parts.push(await readPart(folder))
    } catch (error) {
      if (error instanceof BrokenFile) bad.push(new BadPart(error.message))
      else if (error instanceof BadPart) bad.push(error)
      else throw error
    }
  }
  parts.sort((a, b) => a.shard.index - b.shard.index)
  const problems = [...bad.map(({ message }) => message), ...differences(parts)]
  // What is of another split says nothing about what is missing in this one.
  if (problems.length === bad.length && parts.length > 0) {
    problems.push(
      ...gaps(
        parts,
        bad.flatMap(({ index }) => index ?? []),
      ),
    )
  }
  if (problems.length === 0) problems.push(...strangers(parts))
  const own = parts.find(({ folder }) => resolve(folder) === resolve(output))
  if (own) problems.push(`${inWords(own)} would be overwritten; give another output folder.`)
  return problems.length > 0 ? { problems } : { parts }
}

function partsIn(folder: string): string[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return [folder]
  const entries = readdirSync(folder, { withFileTypes: true })
  const parts = entries.filter((one) => one.isDirectory() && /^shard-\d+$/.test(one.name))
  return parts.length > 0 ? parts.map(({ name }) => join(folder, name)) : [folder]
}

async function readPart(folder: string): Promise<Part> {
  if (!existsSync(folder)) throw new BadPart(`${folder}: there is no such folder.`)
  if (!existsSync(join(folder, 'plan.json'))) {
    const why = isUnfinished(folder)
      ? 'a run in it was cut short at its start, or just begins'
      : 'it has no plan.json'
    throw new BadPart(`${folder}: no part of a run: ${why}.`)
  }
  const plan = (await readDocument(folder, 'plan')) as unknown as Plan
  const { shard } = plan
  if (!shard) throw new BadPart(`${folder}: no part of a run: that had no --shard.`)
  const cutShort = (why: string) =>
    new BadPart(`${inWords({ shard, folder })} ${why}; run that shard again.`, shard.index)
  if (isUnfinished(folder)) throw cutShort('still runs or was cut short (its file "unfinished" is there)')
  if (!existsSync(join(folder, 'result.json'))) throw cutShort('was cut short (it has no result.json)')
  const { testbed, digests, anonymised } = await readStage(folder)
  if (anonymised) {
    const why = 'was written anonymised, each part with aliases of its own'
    const hint = 'run the shards without --anonymise and merge them with it'
    throw new BadPart(`${inWords({ shard, folder })} ${why}; ${hint}.`, shard.index)
  }
  const cases = plan.cases.map(({ id, name, at: { file } }) => ({ id, file, name, shard: shard.index }))
  return { folder, shard, cases, stage: { testbed, digests } }
}

/** What most of them agree on is taken for right. */
function differences(parts: Part[]): string[] {
  const versions = unlike(parts, ({ stage }) => stage.testbed.version)
  const splits = unlike(parts, ({ shard }) => `${shard.of} ${shard.split}`)
  // A part has the digests only of the versions that its cases follow.
  const files = [...new Set(parts.flatMap(({ stage }) => Object.keys(stage.digests)))]
  const digests = files.map((file) => {
    const having = parts.filter(({ stage }) => stage.digests[file] !== undefined)
    return { file, ...unlike(having, ({ stage }) => stage.digests[file]!) }
  })
  return [
    ...splits.odd.map(
      (part) =>
        `${inWords(part)} is of another split than ${inWords(splits.usual!)}: the scenarios, the flags or the durations were not the same.`,
    ),
    ...versions.odd.map(
      (part) =>
        `${inWords(part)} was run by udap-testbed ${part.stage.testbed.version}, ${inWords(versions.usual!)} by ${versions.usual!.stage.testbed.version}.`,
    ),
    ...digests.flatMap(({ file, odd, usual }) =>
      odd.map((part) => `${inWords(part)} was judged by another spec/${file} than ${inWords(usual!)}.`),
    ),
  ]
}

function unlike(parts: Part[], keyOf: (part: Part) => string): { usual: Part | undefined; odd: Part[] } {
  const groups = [...Map.groupBy(parts, keyOf).values()].sort((a, b) => b.length - a.length)
  return { usual: groups[0]?.[0], odd: groups.slice(1).flat() }
}

/** @param known shards that were found, but are of no use */
function gaps(parts: Part[], known: number[]): string[] {
  const { of } = parts[0]!.shard
  const folders = Map.groupBy(parts, ({ shard }) => shard.index)
  return Array.from({ length: of }, (_, i) => i + 1).flatMap((index) => {
    const found = (folders.get(index) ?? []).map(({ folder }) => folder)
    if (found.length === 1 || (found.length === 0 && known.includes(index))) return []
    if (found.length > 1)
      return [
        `Shard ${index}/${of} is there ${found.length} times, in ${found.join(' and in ')}; leave out all but one.`,
      ]
    return [`Shard ${index}/${of} is missing: it is not ${among(parts)}.`]
  })
}

/** The first few: there may be hundreds. */
function among(parts: Part[]): string {
  const rest = parts.length - few
  const named = parts.slice(0, few).map(({ folder }) => folder)
  return `in ${[...named, ...(rest > 0 ? [`${rest} more`] : [])].join(', ')}`
}

function strangers(parts: Part[]): string[] {
  const cases = parts.flatMap((part) => part.cases).sort((a, b) => compareIds(a.id, b.id))
  if (splitOf(cases) === parts[0]!.shard.split) return []
  return ['The cases of these parts are not those that were split: a plan.json was changed.']
}
