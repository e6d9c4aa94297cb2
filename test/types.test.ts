import { spawnSync } from 'node:child_process'
import { expect, test, vi } from 'vitest'
import { projectRoot } from './project-files.ts'

// The compiler reads the declarations of every library, which a busy machine takes its time for.
vi.setConfig({ testTimeout: 90_000 })

function tsc(...args: string[]) {
  const { status, stdout } = spawnSync(
    process.execPath,
    ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.types.json', '--pretty', 'false', ...args],
    { cwd: projectRoot, encoding: 'utf8' },
  )
  return { status, stdout }
}

test('no type of a library that we use is any, nor unknown to its own declarations', () => {
  expect(tsc()).toEqual({ status: 0, stdout: '' })
})

test('a library whose declarations miss a name is reported', () => {
  const { status, stdout } = tsc('--lib', 'es2024')
  expect(status).not.toBe(0)
  const reported = new Set(stdout.split('\n').map((line) => line.replace(/\(.*/, '')))
  expect(reported).toContain('node_modules/pkijs/build/index.d.ts')
  expect(reported).toContain('node_modules/@peculiar/x509/build/index.d.ts')
})
