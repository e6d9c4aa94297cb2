/** Actors that are killed and started again, as the author of a scenario sees it. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { cli, readRun, temporaryFolder } from './cli.ts'

// Each run starts processes of its own, and some of them twice.
vi.setConfig({ testTimeout: 90_000 })

const RESTART = 'scenarios/b2b/restart.yaml'

async function ran(steps: string, ...args: string[]) {
  using folder = temporaryFolder()
  const file = join(folder.path, 'scenario.yaml')
  writeFileSync(
    file,
    `scenario: 1
name: Lives
clock: 2030-01-01T00:00:00Z
actors:
  ca: { kind: certificate-authority }
  as: { kind: authorization-server, faults: [{ inject: skip/client-assertion-audience }] }
  fhir: { kind: resource-server }
  app: { kind: client-app }
steps:
  - { id: discover, actor: app, uses: udap/discover }
  - { id: register, actor: app, uses: udap/register, with: { scope: system/Patient.rs } }
${steps}`,
  )
  const { code, out, err } = await cli(
    'run',
    file,
    '--place',
    'process',
    '--output-dir',
    folder.path,
    ...args,
  )
  const { result, stage, trace } = readRun(folder.path)
  return { code, said: `${out}${err}`, stage: stage.cases[0]!, case: result.cases[0]!, trace }
}

it('the authorization server is killed: nobody is there, then nobody is known, then all goes on', async () => {
  using folder = temporaryFolder()
  const { code, out, err } = await cli('run', RESTART, '--output-dir', folder.path)
  expect(code, `${out}${err}`).toBe(0)
  const { result, stage, trace } = readRun(folder.path)
  expect(result.summary.rules).toMatchObject({ broken: 0, warned: 0 })
  const refused = trace.find((half) => half.step === 'no-token' && half.actor === 'app')!
  expect(refused.error).toMatchObject({ code: 'ECONNREFUSED', phase: 'connect' })
  const ids = stage.cases[0]!.steps.flatMap(({ outputs }) => outputs.client_id ?? [])
  expect(new Set(ids).size).toBe(2)
})

it('who is started again has the clock, the certificate and the faults that it would have', async () => {
  const { code, said, stage, trace } = await ran(`
  - { id: later, uses: testbed/advance-clock, with: { by: P1D } }
  - { id: renew, uses: testbed/renew, with: { actor: app } }
  - { id: token, actor: app, uses: udap/token, faults: [{ at: app, inject: client-assertion/wrong-aud }] }
  - { id: down-as, uses: testbed/kill, with: { actor: as } }
  - { id: down-app, uses: testbed/kill, with: { actor: app } }
  - { id: up-app, uses: testbed/start, with: { actor: app } }
  - { id: up-as, uses: testbed/start, with: { actor: as } }
  - { id: discover-again, actor: app, uses: udap/discover }
  - { id: register-again, actor: app, uses: udap/register, with: { scope: system/Patient.rs } }
  - { id: token-again, actor: app, uses: udap/token, faults: [{ at: app, inject: client-assertion/wrong-aud }] }
  - { id: end, uses: testbed/kill, with: { actor: fhir } }
`)
  // Who is dead at the end breaks nothing.
  expect(code, said).toBe(0)
  expect(stage.faults).toEqual([{ actor: 'as', inject: 'skip/client-assertion-audience', fired: 2 }])
  const again = trace.find((half) => half.step === 'register-again' && half.side === 'server')!
  expect(again.clockOffsetMs).toBe(stage.clockOffsetMs + 86_400_000)
  const { software_statement: statement } = JSON.parse(again.request!.body)
  const { x5c } = JSON.parse(Buffer.from(statement.split('.')[0], 'base64url').toString())
  const renewed = stage.issued.findLast(({ actor }) => actor === 'app')!
  expect(x5c[0]).toBe(renewed.chain[0])
  const jtis = trace
    .filter((half) => half.side === 'client' && /\/(register|token)$/.test(half.request!.url))
    .map(({ request }) => /[\w-]+\.[\w-]+\.[\w-]+/.exec(decodeURIComponent(request!.body))![0])
    .map((jwt) => JSON.parse(Buffer.from(jwt.split('.')[1]!, 'base64url').toString()).jti)
  expect(jtis).toHaveLength(4)
  expect(new Set(jtis).size).toBe(4)
})

it('an order to the dead breaks the stage, and names the step that killed it', async () => {
  const { code, said, stage } = await ran(`
  - { id: down, uses: testbed/kill, with: { actor: as }, if: "steps.register.outputs.client_id != ''" }
  - { id: token, actor: app, uses: udap/token, expect: [{ stopped: { check: no-answer } }] }
  - { id: down-app, uses: testbed/kill, with: { actor: app }, if: "steps.register.outputs.client_id != ''" }
  - { id: again, actor: app, uses: udap/token }
`)
  expect(code, said).toBe(3)
  expect(stage.broke).toEqual({
    actor: 'app',
    step: 'again',
    message: 'Actor "app" was killed by step down-app and takes no orders until testbed/start.',
  })
  expect(said).toContain(stage.broke!.message)
})

it('in-process nobody can be killed: the case is skipped and says what would do', async () => {
  using folder = temporaryFolder()
  const ran = await cli('run', RESTART, '--place', 'in-process', '--output-dir', folder.path)
  expect(ran.code).toBe(0)
  expect(ran.out).toContain('--place process gives it one of its own')
})
