/** Who may import whom: the table, and the check of a set of files against it. */
import { isBuiltin } from 'node:module'
import { posix } from 'node:path'
import { lineOf, type Node, walk } from './syntax.ts'

/** `types`: `import type` only. `lazy`: `import()` or types only, so that it is loaded when it is needed. */
type Arrow = 'value' | 'lazy' | 'types'

/** What every folder of a kind may import; `client` and `discovery` are roles that several kinds play. */
const kindOfActor: Record<string, Arrow> = {
  actors: 'value',
  'actors/client': 'value',
  'actors/discovery': 'value',
  wire: 'value',
  certs: 'value',
  spec: 'types',
}

/**
 * From a part to a part. A part is a top folder, a folder of actors/, or a folder or file of harness/; `actors`
 * itself is the files that lie directly in it. Either end may be one file instead, where only that one is meant.
 */
const arrows: Record<string, Record<string, Arrow>> = {
  wire: {},
  spec: { wire: 'value' },
  certs: { wire: 'value' },
  actors: { wire: 'value', certs: 'value', spec: 'types' },
  'actors/registry.ts': { 'actors/*': 'lazy' },
  'actors/*': kindOfActor,
  'actors/data-holder': {
    ...kindOfActor,
    'actors/authorization-server': 'value',
    'actors/resource-server': 'value',
  },
  'actors/directory': {
    ...kindOfActor,
    'actors/authorization-server': 'value',
    'actors/resource-server': 'value',
    'actors/data-holder': 'value',
  },
  'actors/intermediary': {
    ...kindOfActor,
    'actors/authorization-server': 'value',
    'actors/resource-server': 'value',
    'actors/data-holder': 'value',
    'actors/directory': 'value',
    'actors/client-app': 'value',
  },
  'actors/identity-provider': { ...kindOfActor, 'actors/authorization-server': 'value' },
  'harness/version': {},
  'harness/plan': { wire: 'value', spec: 'types' },
  'harness/trace': { wire: 'value' },
  'harness/trace/check.ts': { 'harness/schemas': 'value' },
  'harness/result': { wire: 'value', 'harness/plan': 'types', 'harness/plan/plan.ts': 'value' },
  'harness/standing': { 'harness/result': 'types' },
  'harness/summary': { 'harness/result': 'types', 'harness/standing': 'value' },
  'harness/schemas': {
    spec: 'value',
    'harness/plan': 'value',
    'harness/trace': 'value',
    'harness/result': 'value',
    'harness/config': 'value',
    'harness/testbed': 'lazy',
  },
  'harness/judge': {
    wire: 'value',
    spec: 'types',
    'harness/plan': 'types',
    'harness/plan/expression.ts': 'value',
    'harness/plan/repeat.ts': 'value',
    'harness/trace': 'value',
    'harness/result': 'value',
    'harness/summary': 'value',
  },
  'harness/run': {
    wire: 'value',
    spec: 'types',
    certs: 'value',
    'actors/actor.ts': 'value',
    'actors/registry.ts': 'value',
    'actors/listen.ts': 'value',
    'actors/store.ts': 'value',
    'actors/observe.ts': 'value',
    'actors/proxy.ts': 'value',
    'actors/token.ts': 'value',
    'harness/plan': 'value',
    'harness/pki': 'value',
    'harness/trace': 'value',
    // Which hop is the one that is waited for: a reading, and no verdict (decision 19).
    'harness/judge/reading.ts': 'lazy',
  },
  'harness/pki': { wire: 'value', certs: 'value', 'actors/actor.ts': 'types' },
  // Serves an authority by the actor that it is in scenarios, too.
  'harness/pki/serve.ts': {
    spec: 'types',
    'actors/registry.ts': 'value',
    'actors/listen.ts': 'value',
  },
  'harness/config': { wire: 'value', 'harness/plan': 'value', 'harness/pki': 'value' },
  'harness/anonymise': {
    wire: 'value',
    'harness/plan': 'types',
    'harness/trace': 'value',
    'harness/result': 'types',
  },
  'harness/state': {
    wire: 'value',
    spec: 'types',
    'actors/store.ts': 'types',
    'harness/pki': 'value',
    'harness/plan': 'types',
  },
  'harness/up': {
    wire: 'value',
    certs: 'value',
    'actors/html.ts': 'value',
    'actors/store.ts': 'value',
    'harness/plan': 'types',
    'harness/run': 'value',
    'harness/state': 'value',
    'harness/trace': 'value',
    'harness/judge/hops.ts': 'value',
    'harness/report': 'value',
  },
  'harness/merge': {
    'harness/plan': 'value',
    'harness/trace': 'value',
    'harness/result': 'types',
    'harness/summary': 'value',
  },
  'harness/report': {
    wire: 'value',
    spec: 'types',
    'harness/plan': 'value',
    'harness/trace': 'value',
    'harness/result': 'value',
    'harness/standing': 'value',
  },
  'harness/testbed': {
    wire: 'value',
    spec: 'value',
    certs: 'value',
    actors: 'value',
    'harness/plan': 'value',
    'harness/trace': 'value',
    'harness/result': 'value',
    'harness/version': 'value',
    'harness/config': 'value',
    'harness/catalogue': 'lazy',
    'harness/knowledge': 'lazy',
    'harness/run': 'lazy',
    'harness/judge': 'lazy',
    'harness/saved': 'value',
    'harness/report': 'value',
    'harness/up': 'lazy',
    'harness/up/log.ts': 'value',
  },
  'harness/saved': {
    spec: 'value',
    'harness/plan': 'value',
    'harness/trace': 'value',
    'harness/result': 'types',
    'harness/version': 'value',
    'harness/judge': 'lazy',
    'harness/merge': 'lazy',
    'harness/anonymise': 'lazy',
  },
  'harness/catalogue': {
    spec: 'types',
    certs: 'value',
    actors: 'value',
    'harness/plan': 'types',
    'harness/judge': 'lazy',
  },
  'harness/knowledge': {
    spec: 'value',
    certs: 'value',
    actors: 'value',
    'harness/plan': 'value',
    'harness/judge': 'lazy',
    'harness/report': 'types',
  },
  'harness/rule-list': {},
  'harness/fault-list': { 'harness/testbed': 'lazy', 'harness/report': 'types' },
  'harness/prove': {
    spec: 'types',
    'harness/testbed': 'value',
    'harness/result': 'types',
    'harness/plan': 'types',
    'harness/judge': 'types',
    'harness/report': 'value',
  },
  'harness/cli': {
    'harness/testbed': 'value',
    'harness/prove': 'lazy',
    'harness/pki': 'value',
    'harness/report': 'value',
    'harness/plan': 'types',
    'harness/result': 'types',
    'harness/version': 'value',
  },
  'harness/cli/up.ts': { 'actors/token.ts': 'value' },
  // All that a container runs, which must be there at once: not the testbed.
  'harness/cli/actor.ts': {
    'actors/management.ts': 'value',
    'actors/registry.ts': 'value',
    'actors/token.ts': 'value',
    'harness/plan/suggest.ts': 'value',
    'harness/version': 'value',
  },
}

/** Packages that a part must do without: wire does no I/O, the judge shares no verifier with what it judges. */
const never: Record<string, string[]> = {
  wire: [
    'node:fs',
    'node:fs/promises',
    'node:net',
    'node:tls',
    'node:http',
    'node:https',
    'undici',
    'fastify',
  ],
  'harness/judge': ['jose', 'pkijs', '@peculiar/x509', 'node:http', 'node:https', 'undici', 'fastify'],
}

export interface Packages {
  dependencies: string[]
  devDependencies: string[]
}

interface Import {
  specifier: string
  kind: Arrow
  line: number
}

/** Every wrong import in the files (path to text), each as one line that names file, line and reason. */
export function wrongImports(files: ReadonlyMap<string, string>, packages: Packages): string[] {
  return [...files].flatMap(([file, text]) =>
    importsOf(text).flatMap((found) => {
      const reason = isRelative(found.specifier)
        ? wrongArrow(file, posix.join(posix.dirname(file), found.specifier), found.kind)
        : wrongPackage(file, found.specifier, packages)
      return reason ? [`${file}:${found.line} imports ${found.specifier}: ${reason}`] : []
    }),
  )
}

/** Tests, what serves only them, and the configuration of tools. */
function isTest(file: string): boolean {
  const name = posix.basename(file)
  return (
    /^(test|bench)\//.test(file) ||
    name.endsWith('.test.ts') ||
    /^fixture.*\.ts$/.test(name) ||
    !file.includes('/')
  )
}

export function partOf(file: string): string {
  const [top = '', second = '', ...rest] = file.split('/')
  if (top === 'actors') return rest.length > 0 ? `actors/${second}` : 'actors'
  return top === 'harness' ? `harness/${second.replace(/\.ts$/, '')}` : top
}

function wrongArrow(from: string, to: string, kind: Arrow): string | undefined {
  if (isTest(from)) return
  if (isTest(to)) return 'only tests may import it'
  const [source, target] = [partOf(from), partOf(to)]
  if (source === target) return
  const general = arrows[source] ?? arrows[source.replace(/^actors\/.+/, 'actors/*')]
  if (!general) return `${source} is not a part that the import rule knows`
  const allowed = { ...general, ...arrows[from] }
  const arrow = allowed[to] ?? allowed[target] ?? allowed[target.replace(/^actors\/.+/, 'actors/*')]
  if (!arrow) return `${source} may not import ${target}`
  if (arrow === 'types' && kind !== 'types')
    return `${source} may import types only from ${target} (import type)`
  if (arrow === 'lazy' && kind === 'value') return `${source} may import ${target} only lazily (import())`
  return
}

function wrongPackage(file: string, specifier: string, packages: Packages): string | undefined {
  if (!specifier) return isTest(file) ? undefined : 'what import() loads must be a literal'
  const name = isBuiltin(specifier) ? specifier : packageName(specifier)
  if (!isTest(file) && never[partOf(file)]?.includes(name)) return `${partOf(file)} must do without ${name}`
  if (isBuiltin(specifier) || packages.dependencies.includes(name)) return
  if (!packages.devDependencies.includes(name)) return `${name} is not a dependency in package.json`
  return isTest(file) ? undefined : `${name} is a devDependency, which only tests may import`
}

const isRelative = (specifier: string) => /^\.{1,2}\//.test(specifier)

const packageName = (specifier: string) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')

/** All imports of a TypeScript file, whatever their form; `import()` of a computed name has the specifier ''. */
export function importsOf(text: string): Import[] {
  const found: Import[] = []
  const add = (node: Node, kind: Arrow) => {
    const specifier = typeof node.source?.value === 'string' ? node.source.value : ''
    found.push({ specifier, kind, line: lineOf(text, node) })
  }
  walk(text, (node) => {
    if (node.type === 'ImportExpression') add(node, 'lazy')
    else if (node.type === 'TSImportType') add(node, 'types')
    else if (node.type === 'ImportDeclaration') add(node, node.importKind === 'type' ? 'types' : 'value')
    else if (/^Export(Named|All)Declaration$/.test(node.type) && node.source) {
      add(node, node.exportKind === 'type' ? 'types' : 'value')
    }
  })
  return found
}
