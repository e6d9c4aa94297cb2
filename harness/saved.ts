/** Runs that lie in a folder: judged again, asked how they went, merged. No network, no actors. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { loadSpec } from '../spec/load.ts'
import type { Plan } from './plan/plan.ts'
import type { Named } from './plan/select.ts'
import { type Durations, durationKey } from './plan/shard.ts'
import type { Result } from './result.ts'
import { traceByCase } from './trace/by-case.ts'
import { BrokenFile, readAs, readDocument, readStage, readTrace, writeDocument } from './trace/files.ts'
import { RunFolder } from './trace/folder.ts'
import type { HalfHop, Stage } from './trace/trace.ts'
import { root } from './version.ts'

export type { Durations, Named }

export interface Judged {
  result: Result
  stage: Stage
  /** Without what went over the wire, which reports do not show. */
  trace: HalfHop[]
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
  const spec = loadSpec(root)
  const plan = (await readDocument(folder, 'plan')) as unknown as Plan
  const stage = await readStage(folder)
  if (stage.anonymised) {
    const why = 'aliases stand in the place of what was sent, so that no signature and no address would fit'
    throw new BrokenFile(
      join(folder, 'stage.json'),
      undefined,
      `this run was written anonymised, and cannot be judged again: ${why}. Its result.json has the verdicts`,
    )
  }
  const { halvesOf, outline } = await traceByCase(folder)
  const result = judge({ plan, stage, trace: halvesOf, spec })
  const changed = Object.keys(stage.digests).filter((file) => spec.digests[file] !== stage.digests[file])
  const saved = await savedResult(folder)
  const same = saved !== undefined && JSON.stringify(saved) === JSON.stringify(result)
  return { result, stage, trace: outline, ...(saved ? { saved } : {}), same, changed }
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
    spec: loadSpec(root),
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

/** How long the cases of a saved run took; undefined when there is no such run. @throws BrokenFile */
export async function durationsOf(path: string): Promise<Durations | undefined> {
  const file = existsSync(join(path, 'result.json')) ? join(path, 'result.json') : path
  if (!existsSync(file)) return undefined
  const { cases } = (await readAs('result', file)) as unknown as Result
  const run = Map.groupBy(
    cases.filter(({ attempts }) => attempts > 0),
    ({ file, name }) => durationKey(file, name),
  )
  return new Map([...run].map(([key, all]) => [key, all.reduce((sum, { ms }) => sum + ms, 0) / all.length]))
}

/** Makes one run of its parts, in a folder of its own; or says all that is wrong with them. */
export async function mergeFolders(
  folders: string[],
  path: string,
): Promise<Judged | { problems: string[] }> {
  const { BadPart, mergeParts, readParts } = await import('./merge/merge.ts')
  const read = await readParts(folders, path)
  if ('problems' in read) return read
  try {
    await using folder = await RunFolder.take(path)
    const rows = loadSpec(root).requirements.map(({ id }) => id)
    const merged = await mergeParts(read.parts, folder, rows)
    await folder.finish()
    return merged
  } catch (error) {
    if (error instanceof BadPart) return { problems: [error.message] }
    throw error
  }
}

/** A run as it may be shown to others. */
export interface Shown extends Judged {
  /** Writes a text about the same run for others. */
  text(text: string): string
}

/** What is real never lies in a folder that stays. @param make writes a run into the folder that it gets */
export async function anonymised(make: (folder: string) => Promise<unknown>, to: string): Promise<Shown> {
  const { inPrivate } = await import('./anonymise/private.ts')
  return inPrivate(async (folder) => {
    await make(folder)
    return anonymiseFolder(folder, to)
  })
}

/** A copy of a saved run for others. @param result the saved one when left out @throws BrokenFile */
export async function anonymiseFolder(folder: string, to: string, result?: Result): Promise<Shown> {
  const { copyFor } = await import('./anonymise/folder.ts')
  return copyFor(folder, to, result ?? ((await readDocument(folder, 'result')) as unknown as Result))
}

/** The cases of a saved run that did not pass. @throws BrokenFile */
export async function failedCases(folder: string): Promise<Named[]> {
  const { cases } = (await readDocument(folder, 'result')) as unknown as Result
  return cases.filter(({ verdict }) => verdict === 'failed' || verdict === 'errored')
}

export const writeResult = (folder: string, result: Result): Promise<void> =>
  writeDocument(folder, 'result', result)
