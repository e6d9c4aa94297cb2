/** The same scenario gives the same hops and verdicts, whether its actors run in-process or in containers. */
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { CaseResult } from '../../harness/result.ts'
import { readRun, temporaryFolder } from '../cli.ts'
import { needDocker } from './docker.ts'
import { startRun } from './testbed.ts'

needDocker()

const MIXED = 'test/containers/mixed.yaml'
const paths = [
  'scenarios/b2b/client-credentials.yaml',
  'scenarios/b2b/authorization-code.yaml',
  'scenarios/consumer/authorization-code.yaml',
  'scenarios/tiered/sign-in.yaml',
]

const folder = temporaryFolder()
afterAll(() => folder[Symbol.dispose]())

/** Runs scenarios; their actors' places by case and actor, and what happened, by the scenario's file. */
async function ran(name: string, ...args: string[]) {
  const output = join(folder.path, name)
  const run = startRun(output, args)
  const { code, out, err } = await run.ended
  expect(code, `${out}${err}`).toBe(0)
  expect(await run.left()).toEqual([])
  const { result, stage } = readRun(output)
  const places = new Map(
    stage.cases.map(({ case: id, actors }) => [id, Object.values(actors).map(({ place }) => place)]),
  )
  return new Map(result.cases.map((one) => [one.file, { places: places.get(one.id), story: storyOf(one) }]))
}

/** What happened in a case and how it was judged, a line each; nothing that differs from run to run. */
function storyOf({ verdict, steps, hops, rules }: CaseResult): string[] {
  return [
    `case ${verdict}`,
    ...steps.flatMap((step) => [
      `step ${step.id} ${step.verdict}`,
      ...hops
        .filter((hop) => hop.step === step.id)
        .map(({ from, to, class: kind, method, url, status, sides }) =>
          ['hop', from, '→', to, kind, method, pathOf(url), status, sides.join(' and ')].join(' '),
        ),
      ...step.expectations.map((one) => `expectation ${one.id} ${one.kind} ${one.verdict}`),
    ]),
    ...rules.map(({ id, verdict, met, unused, findings }) =>
      ['rule', id, verdict, met, 'met', unused, 'unused', findings.length, 'findings'].join(' '),
    ),
  ]
}

/** Interactions are named by chance. */
const pathOf = (url: string) => new URL(url).pathname.replace(/(?<=\/interaction\/).+/, '…')

let both: Promise<Awaited<ReturnType<typeof ran>>[]> | undefined
/** In turn: a machine has few cores. */
const inBoth = async () => {
  both ??= (async () => [await ran('near', ...paths), await ran('far', ...paths, '--place', 'container')])()
  return both
}

test.each(paths)('%s, every actor in a container', async (file) => {
  const [near, far] = (await inBoth()).map((cases) => cases.get(file)!)
  expect(new Set(near!.places)).toEqual(new Set(['in-process']))
  expect(new Set(far!.places)).toEqual(new Set(['container']))
  expect(far!.story).toEqual(near!.story)
  expect(near!.story.filter((line) => line.startsWith('hop')).length).toBeGreaterThanOrEqual(12)
  expect(near!.story.filter((line) => line.startsWith('rule')).length).toBeGreaterThan(100)
})

test('one actor in a container, the others in-process', async () => {
  const near = (await ran('mixed-near', MIXED, '--place', 'in-process')).get(MIXED)!
  const mixed = (await ran('mixed', MIXED)).get(MIXED)!
  expect(mixed.places).toEqual(['in-process', 'container', 'in-process', 'in-process'])
  expect(mixed.story).toEqual(near.story)
})
