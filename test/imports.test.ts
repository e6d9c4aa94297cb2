import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { importsOf, wrongImports } from './import-rule.ts'
import { projectFiles } from './project-files.ts'

const { dependencies, devDependencies } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
) as Record<'dependencies' | 'devDependencies', Record<string, string>>
const packages = { dependencies: Object.keys(dependencies), devDependencies: Object.keys(devDependencies) }

test('every import of the project follows the rule', () => {
  const files = projectFiles((path) => path.endsWith('.ts'))
  expect(files.size).toBeGreaterThan(10)
  expect(wrongImports(files, packages)).toEqual([])
})

test('every form of import is seen', () => {
  const text = `import type { A } from './a.ts'
    import { type B } from './b.ts'
    import './c.ts'
    export type { D } from './d.ts'
    export * from './e.ts'
    export type * from './f.ts'
    const g = await import('./g.ts')
    type H = typeof import('./h.ts')
    function i(x: import('./i.ts').I) {}
    await import(g)`
  expect(importsOf(text).map((found) => `${found.line} ${found.specifier} ${found.kind}`)).toEqual([
    '1 ./a.ts types',
    // `import { type B }` still loads the file: verbatimModuleSyntax leaves an `import {}` behind.
    '2 ./b.ts value',
    '3 ./c.ts value',
    '4 ./d.ts types',
    '5 ./e.ts value',
    '6 ./f.ts types',
    '7 ./g.ts lazy',
    '8 ./h.ts types',
    '9 ./i.ts types',
    '10  lazy',
  ])
})

const wrong = (file: string, text: string) =>
  wrongImports(new Map([[file, text]]), {
    dependencies: ['jose', '@peculiar/x509'],
    devDependencies: ['vitest'],
  })

describe('a planted wrong arrow is found', () => {
  test.each([
    ['wire/hop.ts', "import { a } from '../spec/load.ts'", 'wire may not import spec'],
    ['spec/load.ts', "import { a } from '../certs/keys.ts'", 'spec may not import certs'],
    ['certs/keys.ts', "import type { A } from '../actors/actor.ts'", 'certs may not import actors'],
    [
      'actors/call.ts',
      "import { a } from '../harness/trace/trace.ts'",
      'actors may not import harness/trace',
    ],
    ['actors/call.ts', "import { a } from '../spec/load.ts'", 'actors may import types only from spec'],
    ['actors/client-app/a.ts', "import { a } from '../../spec/load.ts'", 'may import types only from spec'],
    [
      'actors/client-app/a.ts',
      "import { a } from '../resource-server/b.ts'",
      'actors/client-app may not import actors/resource-server',
    ],
    ['actors/call.ts', "import { a } from './client-app/a.ts'", 'actors may not import actors/client-app'],
    ['actors/registry.ts', "import { a } from './client-app/a.ts'", 'only lazily'],
    ['harness/plan/load.ts', "import { a } from '../../spec/load.ts'", 'harness/plan may import types only'],
    ['harness/plan/load.ts', "import { a } from '../../actors/registry.ts'", 'may not import actors'],
    [
      'harness/trace/a.ts',
      "import { a } from '../plan/plan.ts'",
      'harness/trace may not import harness/plan',
    ],
    ['harness/result.ts', "import { a } from './plan/load.ts'", 'harness/result may import types only'],
    ['harness/trace/a.ts', "import { a } from '../schemas.ts'", 'may not import harness/schemas'],
    ['harness/judge/a.ts', "import { a } from '../../actors/call.ts'", 'harness/judge may not import actors'],
    ['harness/judge/a.ts', "import type { A } from '../../certs/keys.ts'", 'may not import certs'],
    [
      'harness/judge/rules/a.ts',
      "import { a } from '../../plan/plan.ts'",
      'may import types only from harness/plan',
    ],
    ['harness/judge/a.ts', "import type { A } from '../run/stage.ts'", 'may not import harness/run'],
    ['harness/run/a.ts', "import { a } from '../../actors/call.ts'", 'harness/run may not import actors'],
    ['harness/run/a.ts', "export type { A } from '../judge/judge.ts'", 'may not import harness/judge'],
    ['harness/run/a.ts', "type A = typeof import('../result.ts')", 'may not import harness/result'],
    ['harness/report/a.ts', "import { a } from '../judge/judge.ts'", 'may not import harness/judge'],
    ['harness/testbed.ts', "import { a } from './run/run.ts'", 'harness/run only lazily'],
    ['harness/testbed.ts', "export * from './judge/judge.ts'", 'harness/judge only lazily'],
    ['harness/testbed.ts', "import { a } from './cli/main.ts'", 'may not import harness/cli'],
    [
      'harness/cli/run.ts',
      "const a = await import('../run/run.ts')",
      'harness/cli may not import harness/run',
    ],
    ['harness/other/a.ts', "import { a } from '../run/run.ts'", 'not a part that the import rule knows'],
    ['wire/a.ts', "import { a } from '../../elsewhere/a.ts'", 'wire may not import'],
    ['actors/call.ts', "import { a } from './call.test.ts'", 'only tests may import it'],
    ['actors/call.ts', "import { a } from '../test/setup.ts'", 'only tests may import it'],
    ['actors/call.ts', 'await import(name)', 'must be a literal'],
    ['actors/call.ts', "import { test } from 'vitest'", 'vitest is a devDependency'],
    ['actors/call.ts', "import { a } from 'left-pad/x'", 'left-pad is not a dependency'],
    ['actors/call.test.ts', "import { a } from '@scope/left-pad'", '@scope/left-pad is not a dependency'],
    ['harness/judge/a.ts', "import { compactVerify } from 'jose'", 'harness/judge must do without jose'],
    ['wire/a.ts', "import { readFileSync } from 'node:fs'", 'wire must do without node:fs'],
  ])('%s: %s', (file, text, reason) => {
    expect(wrong(file, text)).toEqual([expect.stringContaining(reason)])
  })
})

describe('a right arrow is left alone', () => {
  test.each([
    ['actors/call.ts', "import type { A } from '../spec/types.ts'"],
    ['actors/client-app/a.ts', "import { a } from '../call.ts'"],
    ['actors/client-app/a.ts', "import { a } from './b.ts'"],
    ['actors/registry.ts', "const a = () => import('./client-app/actor.ts')"],
    ['actors/registry.ts', "import type { A } from './client-app/actor.ts'"],
    ['harness/run/a.ts', "import { a } from '../../actors/listen.ts'"],
    ['harness/testbed.ts', "const a = () => import('./run/run.ts')"],
    ['harness/testbed.ts', "import type { A } from './judge/judge.ts'"],
    ['harness/judge/rules/a/b.ts', "import { a } from '../../../result.ts'"],
    ['actors/call.ts', "import { x } from '@peculiar/x509'"],
    ['actors/call.test.ts', "import { a } from '../harness/run/a.ts'\nimport { test } from 'vitest'"],
    ['actors/call.test.ts', 'await import(name)'],
    ['bench/a.ts', "import { a } from '../harness/run/a.ts'"],
  ])('%s: %s', (file, text) => {
    expect(wrong(file, text)).toEqual([])
  })
})
