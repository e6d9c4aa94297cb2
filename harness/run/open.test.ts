import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { get } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { actorOf } from '../../actors/registry.ts'
import { memoryStore } from '../state/memory.ts'
import { guide, type PlanCase, planOf } from '../testbed.ts'
import { type OpenCase, openCase } from './open.ts'

const DAY_MS = 86_400_000
const folder = mkdtempSync(join(tmpdir(), 'udap-testbed-'))
const state = memoryStore()
const memory = { state, life: 1, clockOffsetMs: 0 }
let plan: PlanCase
let open: OpenCase

const start = () => openCase(plan, { actorOf, versions: guide().versions, image: '', folder, memory })

beforeAll(async () => {
  const path = 'scenarios/b2b/client-credentials.yaml'
  const files = [{ path, text: readFileSync(path, 'utf8') }]
  const made = await planOf(files, {}, {}, (file) => readFileSync(file, 'utf8'))
  if ('problems' in made) throw new Error(JSON.stringify(made.problems))
  plan = made.plan.cases[0]!
  open = await start()
})
afterAll(async () => {
  await open.close()
  rmSync(folder, { recursive: true })
})

/** Serial numbers: of the TLS certificate that the FHIR server shows, and of the one that it signs with. */
async function certificatesOf(): Promise<string[]> {
  const { hostname: servername, port, host, pathname } = new URL(open.actors.fhir!.url)
  const { promise, resolve, reject } = Promise.withResolvers<{ tls: string; text: string }>()
  const to = {
    host: '127.0.0.1',
    port,
    servername,
    path: `${pathname}/.well-known/udap`,
    agent: false as const,
  }
  get({ ...to, ca: open.tlsRoot, headers: { host } }, (answer) => {
    const tls = (answer.socket as TLSSocket).getPeerX509Certificate()!.serialNumber
    let text = ''
    answer.setEncoding('utf8').on('data', (chunk) => {
      text += chunk
    })
    answer.on('end', () => resolve({ tls, text }))
  }).on('error', reject)
  const { tls, text } = await promise
  const { x5c } = decodeProtectedHeader(JSON.parse(text).signed_metadata)
  return [tls, new X509Certificate(Buffer.from(x5c![0]!, 'base64')).serialNumber]
}

test('certificates are renewed when the last third of their lives has come, and not before', async () => {
  const [tls, udap] = await certificatesOf()
  expect(await open.renewDue(new Date(Date.now() + 50 * DAY_MS))).toEqual([])
  expect(await open.renewDue(new Date(Date.now() + 70 * DAY_MS))).toEqual(['TLS certificate'])
  const [tlsThen, udapThen] = await certificatesOf()
  expect([tlsThen === tls, udapThen === udap]).toEqual([false, true])
  const renewed = await open.renewDue(new Date(Date.now() + 300 * DAY_MS))
  // Side by side they were issued in any order.
  expect(renewed.sort()).toEqual([
    'TLS certificate',
    'UDAP certificate of app from ca',
    'UDAP certificate of fhir from ca',
  ])
  expect((await certificatesOf())[1]).not.toBe(udap)
})

test('started again with what is kept it is at the same place, with the same certificates', async () => {
  const before = [open.actors.fhir!.url, ...(await certificatesOf())]
  await open.close()
  open = await start()
  expect([open.actors.fhir!.url, ...(await certificatesOf())]).toEqual(before)
})
