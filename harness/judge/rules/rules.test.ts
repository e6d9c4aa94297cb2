import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadSpec } from '../../../spec/load.ts'
import { rules } from './index.ts'

const { requirements } = loadSpec(new URL('../../../', import.meta.url))
const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter(
  (file) => /^(?!shared)[a-z0-9]+\/.*\.ts$/.test(file) && !file.endsWith('.test.ts'),
)

test.each(files)('%s: file name, page of the catalogue and id agree, and it is listed', async (file) => {
  const { rule } = await import(/* @vite-ignore */ join(import.meta.dirname, file))
  const row = requirements.find(({ id }) => id === rule.id)
  expect(file).toBe(`${row?.page}/${rule.id}.ts`)
  expect(rules).toContain(rule)
})

test('every rule that is listed has a file of its own, and only one', () => {
  expect(rules.map(({ id }) => id).sort()).toEqual(
    files.map((file) => file.split('/').at(-1)!.slice(0, -3)).sort(),
  )
})
