import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { faultList } from '../harness/fault-list.ts'
import { ruleList } from '../harness/rule-list.ts'
import { publishedSchemas } from '../harness/schemas.ts'
import { catalogue, knowledge } from '../harness/testbed.ts'
import { projectRoot } from './project-files.ts'

test('schema/ is what the code gives (if not: npm run generate)', async () => {
  const names = readdirSync(`${projectRoot}schema`).filter((name) => name.endsWith('.json'))
  const committed = names.map((name) => [name, readFileSync(`${projectRoot}schema/${name}`, 'utf8')])
  expect(Object.fromEntries(committed)).toEqual(publishedSchemas(await catalogue()))
})

test('the list of rules names every rule that has a file (if not: npm run generate)', () => {
  expect(readFileSync(`${projectRoot}harness/judge/rules/index.ts`, 'utf8')).toBe(ruleList())
})

test('docs/faults.md lists what the actors have (if not: npm run generate)', async () => {
  expect(readFileSync(`${projectRoot}docs/faults.md`, 'utf8')).toBe(faultList(await knowledge()))
})
