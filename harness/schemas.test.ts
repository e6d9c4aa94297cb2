import { globSync, readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { publishedSchemas } from './schemas.ts'
import { catalogue, planOf, root, runScenarios } from './testbed.ts'

const published = publishedSchemas(await catalogue())
const schema = (name: string) => JSON.parse(published[`${name}.schema.json`] ?? '')
const path = (file: string) => fileURLToPath(new URL(file, root))
const read = (file: string) => readFileSync(file, 'utf8')

describe('the files of a run', () => {
  /** A case that passes, and two that fail, with faults that fired and rules that were broken. */
  const files = [
    'scenarios/b2b/client-credentials.yaml',
    'test/must-fail/accepts-expired.yaml',
    'test/must-fail/wrong-expectation.yaml',
  ].map((file) => ({ path: path(file), text: read(path(file)) }))
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'schemas-'))
    const made = await planOf(files, {}, {}, read)
    if ('problems' in made) throw new Error(JSON.stringify(made.problems))
    const { result } = await runScenarios(made.plan, { folder })
    expect(result.summary).toMatchObject({ cases: 3, passed: 1, failed: 2 })
  })
  afterAll(() => rm(folder, { recursive: true }))

  test.each([
    ['plan', 'plan.json'],
    ['stage', 'stage.json'],
    ['result', 'result.json'],
    ['trace', 'trace.jsonl'],
  ])('fit the schema of the %s', async (name, file) => {
    const validate = new Ajv().compile(schema(name))
    const text = await readFile(join(folder, file), 'utf8')
    const values = name === 'trace' ? text.trimEnd().split('\n') : [text]
    for (const value of values.map((one) => JSON.parse(one))) {
      expect(validate(value), JSON.stringify(validate.errors)).toBe(true)
      expect(validate({ ...value, more: 1 })).toBe(false)
    }
  })
})

// Strict but for types: what editors load says the type of a value once, not again with every condition.
const fitsScenario = new Ajv({
  strict: true,
  strictRequired: false,
  strictTypes: false,
  allowUnionTypes: true,
  formats: { uri: true, 'uri-reference': true, 'date-time': true },
}).compile(schema('scenario'))

test.each(globSync('scenarios/**/*.yaml', { cwd: fileURLToPath(root) }))(
  '%s fits the schema that editors load',
  (file) => {
    const text = read(path(file))
    expect(text).toMatch(/^# yaml-language-server: \$schema=(\.\.\/)+schema\/scenario\.schema\.json\n/)
    expect(fitsScenario(parse(text)), JSON.stringify(fitsScenario.errors)).toBe(true)
    expect(fitsScenario({ ...parse(text), stages: [] })).toBe(false)
  },
)
