import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { planOf } from './fixture.ts'
import { publishedSchemas } from './write-schemas.ts'

const root = new URL('../../', import.meta.url)
const schema = (name: string) => JSON.parse(publishedSchemas()[name] ?? '')

test('a plan fits its schema', () => {
  const validate = new Ajv({ strict: true }).compile(schema('plan.schema.json'))
  expect(validate(JSON.parse(JSON.stringify(planOf()))), JSON.stringify(validate.errors)).toBe(true)
  expect(validate({ plan: 1, cases: [{ id: 'c1' }] })).toBe(false)
})

test.each(globSync('scenarios/**/*.yaml', { cwd: fileURLToPath(root) }))(
  '%s fits the schema that editors load',
  (file) => {
    const validate = new Ajv({ strict: true, strictRequired: false, allowUnionTypes: true }).compile(
      schema('scenario.schema.json'),
    )
    const text = readFileSync(new URL(file, root), 'utf8')
    expect(text).toMatch(/^# yaml-language-server: \$schema=(\.\.\/)+schema\/scenario\.schema\.json\n/)
    expect(validate(parse(text)), JSON.stringify(validate.errors)).toBe(true)
    expect(validate({ ...parse(text), stages: [] })).toBe(false)
  },
)
