/** What an editor with a YAML language server offers in a scenario, by the schema that its first line names. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { getLanguageService, TextDocument } from 'yaml-language-server'
import { catalogue } from '../harness/testbed.ts'
import { projectFolder } from './cli.ts'
import { projectFiles } from './project-files.ts'

const schema = JSON.parse(readFileSync(join(projectFolder, 'schema/scenario.schema.json'), 'utf8'))
const uri = 'file:///schema/scenario.schema.json'
const service = getLanguageService({
  schemaRequestService: async () => JSON.stringify(schema),
  workspaceContext: { resolveRelativePath: (path) => path },
})
service.configure({ completion: true, validate: true, schemas: [{ uri, fileMatch: ['*.yaml'], schema }] })
const known = await catalogue()

type Opened = Parameters<typeof service.doComplete>[0]
let version = 0
/** A new version each time: the service keeps what it read of a version. */
const document = (text: string) =>
  TextDocument.create('file:///scenario.yaml', 'yaml', ++version, text) as Opened

/** What is offered where the text has a |. */
async function offered(text: string): Promise<string[]> {
  const position = document(text).positionAt(text.indexOf('|'))
  const { items } = await service.doComplete(document(text.replace('|', '')), position, false)
  return items.map(({ label }) => String(label))
}

async function complaints(text: string): Promise<string[]> {
  return (await service.doValidation(document(text), false)).map(({ message }) => String(message))
}

const head = `scenario: 1
name: A token
actors:
  ca: { kind: certificate-authority }
`
const steps = `${head}  app: { kind: client-app }
steps:
  - id: token
    actor: app
`

describe('an editor completes', () => {
  test('kinds of actors', async () => {
    expect(await offered(`${head}  as:\n    kind: |\n`)).toEqual(
      expect.arrayContaining(Object.keys(known.kinds)),
    )
  })

  test('settings and policy of that kind', async () => {
    expect(await offered(`${head}  as:\n    kind: authorization-server\n    with:\n      |\n`)).toContain(
      'grants',
    )
    expect(await offered(`${head}  as:\n    kind: authorization-server\n    policy:\n      |\n`)).toContain(
      'skewS',
    )
  })

  test('certificate profiles, versions of the guide', async () => {
    expect(await offered(`${head}  as:\n    kind: client-app\n    certificate: |\n`)).toEqual(
      expect.arrayContaining(known.profiles),
    )
    expect(await offered(`${head}  as:\n    kind: client-app\n    spec: |\n`)).toEqual(
      expect.arrayContaining(known.versions),
    )
  })

  test('actions', async () => {
    const actions = Object.values(known.kinds).flatMap((kind) => Object.keys(kind.actions))
    expect(await offered(`${steps}    uses: |\n`)).toEqual(
      expect.arrayContaining([...actions, 'testbed/revoke', 'testbed/advance-clock', 'http/repeat']),
    )
  })

  test('what an action takes', async () => {
    expect(await offered(`${steps}    uses: udap/token\n    with:\n      |\n`)).toEqual(
      expect.arrayContaining(['server', 'scope', 'extensions']),
    )
    expect(await offered(`${steps}    uses: http/repeat\n    with:\n      |\n`)).toEqual(
      expect.arrayContaining(['of', 'times', 'atOnce']),
    )
  })

  test('faults', async () => {
    const faults = Object.values(known.kinds).flatMap((kind) => kind.faults)
    const text = `${steps}    uses: udap/token\n    faults:\n      - at: app\n        inject: |\n`
    expect(await offered(text)).toEqual(expect.arrayContaining(faults))
  })

  test('kinds of expectations, operators, rules', async () => {
    const entry = `${steps}    uses: udap/token\n    expect:\n      - `
    expect(await offered(`${entry}|\n`)).toEqual(
      expect.arrayContaining(['status', 'headers', 'body', 'jwt', 'hop', 'noHop', 'hops', 'that', 'stopped']),
    )
    expect(await offered(`${entry}body:\n          expires_in:\n            |\n`)).toEqual(
      expect.arrayContaining(['$lte', '$oneOf', '$matches', '$present', '$length', '$contains', '$not']),
    )
    expect(await offered(`${entry}status: 200\n        refs: [|]\n`)).toEqual(
      expect.arrayContaining(['reg-036', 'b2b-062']),
    )
  })
})

test('an editor marks what is not known, and nothing in a scenario that is right', async () => {
  expect(await complaints(`${steps}    uses: udap/tokn\n`)).not.toEqual([])
  expect(await complaints(`${steps}    uses: udap/token\n    with: { scop: x }\n`)).not.toEqual([])
  expect(await complaints(`${steps}    uses: udap/token\n    expect: [{ stat: 200 }]\n`)).not.toEqual([])
  const scenarios = projectFiles((path) => /^(test\/)?scenarios\/.*\.yaml$/.test(path))
  expect(scenarios.size).toBeGreaterThan(3)
  for (const [file, text] of scenarios) expect(await complaints(text), file).toEqual([])
})
