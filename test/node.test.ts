import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { projectRoot } from './project-files.ts'

test('the tests run on the Node that package.json pins', () => {
  const { devDependencies } = JSON.parse(readFileSync(`${projectRoot}package.json`, 'utf8')) as {
    devDependencies: { node: string }
  }
  expect(process.version).toBe(`v${devDependencies.node}`)
})
