/** Faults of the network between containers, for real, and actors that are killed and started again. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { StageStep } from '../../harness/trace/trace.ts'
import { readRun, temporaryFolder } from '../cli.ts'
import { docker, image, needDocker } from './docker.ts'
import { startRun } from './testbed.ts'

needDocker()

const folder = temporaryFolder()
afterAll(() => folder[Symbol.dispose]())

/** How each step ended, and the hop of the app in it. */
async function ran(scenario: string, ...args: string[]) {
  const run = startRun(folder.path, [scenario, '--place', 'container', ...args])
  const { code, out, err } = await run.ended
  expect(await run.left()).toEqual([])
  const { result, stage, trace } = readRun(folder.path)
  const [{ steps, verdict, reason } = { steps: [], verdict: undefined, reason: undefined }] = result.cases
  const hopOf = (step: string) => trace.find((half) => half.step === step && half.actor === 'app')
  const stepOf = (id: string): StageStep | undefined => stage.cases[0]!.steps.find((step) => step.id === id)
  return { code, said: `${out}${err}`, verdict, reason, steps, hopOf, stepOf, trace }
}

test('a rate is kept, a partition lets nothing through, and both outlive the death of an actor', async () => {
  using data = temporaryFolder()
  const bundle = join(data.path, 'big.json')
  writeFileSync(bundle, JSON.stringify(bigBundle()))
  const { code, said, hopOf, stepOf, trace } = await ran(
    'test/containers/network/faults.yaml',
    '--input',
    `data=${bundle}`,
  )
  expect(code, said).toBe(0)
  // 240 KB at 125 KB a second; the kernel lets pass up to 64 KB of them in one piece.
  for (const narrow of ['slow-read', 'slow-again']) {
    expect(hopOf(narrow)!.response!.status).toBe(200)
    expect(hopOf(narrow)!.ms, narrow).toBeGreaterThan(1_000)
  }
  for (const wide of ['read-again', 'others', 'last']) {
    expect(hopOf(wide)!.response!.status).toBe(200)
    expect(hopOf(wide)!.ms, wide).toBeLessThan(hopOf('slow-read')!.ms)
  }
  for (const cut of ['no-token', 'nothing']) {
    expect(hopOf(cut)!.error).toMatchObject({ code: 'TIMEOUT' })
    // Neither the request nor anything later has reached the other side.
    expect(trace.filter(({ step }) => step === cut).map(({ actor }) => actor)).toEqual(['app'])
  }
  expect(hopOf('token-again')!.response!.status).toBe(200)
  expect(stepOf('narrow')!.input).toEqual({ from: 'fhir', to: 'app', rate: '1mbit' })
})

function bigBundle() {
  const identifier = Array.from({ length: 5_000 }, (_, n) => ({
    system: 'urn:example:mrn',
    value: `${n}`.padStart(8, '0'),
  }))
  const resource = { resourceType: 'Patient', id: 'p1', identifier }
  return { resourceType: 'Bundle', type: 'collection', entry: [{ fullUrl: 'urn:example:p1', resource }] }
}

test('a delay and a loss act where the kernel has netem; where it has not, that is said', async () => {
  const { code, said, verdict, hopOf, stepOf } = await ran('test/containers/network/netem.yaml')
  if (await hasNetem()) {
    expect(code, said).toBe(0)
    expect(hopOf('late')!.ms).toBeGreaterThan(900)
    expect(hopOf('lost')!.error).toMatchObject({ code: 'TIMEOUT' })
    expect(hopOf('token')!.response!.status).toBe(200)
  } else {
    expect({ code, verdict }, said).toEqual({ code: 3, verdict: 'errored' })
    expect(stepOf('far')!.reason).toBe(
      'The packets of actor "as" cannot be delayed or lost: the kernel of the Docker engine has no netem (module sch_netem). rate and cut work without it.',
    )
    expect(said).toContain(stepOf('far')!.reason)
  }
})

async function hasNetem(): Promise<boolean> {
  const tc = ['run', '--rm', '--user', '0', '--cap-add', 'NET_ADMIN', '--entrypoint', 'tc', image]
  try {
    await docker(...tc, 'qdisc', 'add', 'dev', 'lo', 'root', 'netem', 'delay', '1ms')
    return true
  } catch (error) {
    expect(String(error)).toContain('qdisc kind is unknown')
    return false
  }
}

test('an actor in a container is killed and started again', async () => {
  const { code, said, hopOf, stepOf } = await ran('scenarios/b2b/restart.yaml')
  expect(code, said).toBe(0)
  // Its name goes with it.
  expect(hopOf('no-token')!.error).toMatchObject({ code: 'ENOTFOUND', phase: 'dns' })
  expect(stepOf('forgotten')).toMatchObject({ state: 'ran' })
})
