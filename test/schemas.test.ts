import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { publishedSchemas } from '../harness/schemas.ts'
import { catalogue } from '../harness/testbed.ts'
import { projectRoot } from './project-files.ts'

test('schema/ is what the code gives (if not: npm run schemas)', async () => {
  const names = readdirSync(`${projectRoot}schema`).filter((name) => name.endsWith('.json'))
  const committed = names.map((name) => [name, readFileSync(`${projectRoot}schema/${name}`, 'utf8')])
  expect(Object.fromEntries(committed)).toEqual(publishedSchemas(await catalogue()))
})
