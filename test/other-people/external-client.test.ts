/**
 * The consumer flow with a client that is not ours: it comes by itself, and the steps wait for it. The person is a
 * simulated one, who begins where testbed.yaml says.
 */
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Bed } from '../../actors/fixture-bed.ts'
import { mainFile, projectFolder, readRun, temporaryFolder } from '../cli.ts'
import { OauthApp } from './oauth4webapi-client.ts'
import { strangers } from './strangers.ts'

const HOST = 'their-app.localhost'
const bed = new Bed()
const folder = temporaryFolder()
const config = join(folder.path, 'testbed.yaml')
let app: OauthApp

beforeAll(async () => {
  const { theirs, tls, ours } = await strangers(bed, folder.path, HOST)
  // They import our anchors, we theirs.
  app = await OauthApp.start({
    hostname: HOST,
    tls,
    ...ours,
    scope: 'openid fhirUser launch/patient offline_access patient/Patient.rs patient/Observation.rs',
    reads: ['Observation', 'Patient/p2'],
  })
  app.certificate = await theirs.issue([app.url], 'their app')
  writeFileSync(
    config,
    `testbed: 1
authority: ./authority
tlsCa: [their-tls-root.pem]
awaitFor: PT30S
actors:
  app: { await: true, url: ${app.url}, start: ${app.url}/start, anchors: [their-root.pem], community: ${theirs.uri} }
`,
  )
})
afterAll(async () => {
  await app.close()
  await bed.close()
  folder[Symbol.dispose]()
})

test('a client made of oauth4webapi and jose takes the place of the app', async () => {
  const output = join(folder.path, 'run')
  const args = [
    'run',
    'scenarios/consumer/authorization-code.yaml',
    '--config',
    config,
    '--output-dir',
    output,
    '-v',
  ]
  const { code, out } = await running(args, async (base) => {
    await app.begin(base)
    await app.done
  })
  expect(code, out).toBe(0)
  expect(await app.done).toEqual([200, expect.toBeOneOf([403, 404])])
  expect(readRun(output).result.cases[0]).toMatchObject({ verdict: 'passed', unobserved: ['app'] })
}, 60_000)

/** @param come with the base URL of the FHIR server, as soon as the run says that it waits */
function running(args: string[], come: (base: string) => Promise<void>) {
  const options = { cwd: projectFolder, env: { ...process.env, CI: 'true', NO_COLOR: '1' } }
  const child = spawn(process.execPath, [mainFile, ...args], options)
  let out = ''
  let coming: Promise<void> | undefined
  return new Promise<{ code: number | null; out: string }>((resolve) => {
    const note = (chunk: Buffer) => {
      out += chunk
      const [, base] = /GET (https:\S+)\/\.well-known\/udap/.exec(out) ?? []
      if (base === undefined || coming) return
      coming = come(base).catch((error) => {
        out += String(error)
        child.kill()
      })
    }
    child.stdout.on('data', note)
    child.stderr.on('data', note)
    child.on('close', (code) => resolve({ code, out }))
  })
}
