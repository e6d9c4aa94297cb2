/** Steps that wait: how long, for what, and which cannot be waited for. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { planOf, root } from '../testbed.ts'
import type { PlanOptions } from './options.ts'
import type { System } from './system.ts'

const read = (path: string) => readFileSync(new URL(path, root), 'utf8')

async function caseOf(steps: string, systems: Record<string, System>, options: PlanOptions = {}) {
  const text = `
scenario: 1
name: x
actors:
  ca: { kind: certificate-authority }
  holder: { kind: data-holder, with: { users: [ana], data: scenarios/data/two-patients.json } }
  app: { kind: client-app }
  ana: { kind: user }
steps:
${steps}`
  const made = await planOf([{ path: 'x.yaml', text }], { systems, ...options }, {}, read)
  if ('problems' in made) throw new Error(JSON.stringify(made.problems))
  return made.plan.cases[0]!
}

const app: System = { await: true, allowFaults: true }
const token = '  - { id: token, actor: app, uses: udap/token'
const spoilt = 'faults: [{ at: holder, inject: token-response/no-token-type }]'
const stops = 'expect: [{ stopped: { check: token-response } }]'

test.each<[string, string, PlanOptions, 'answer' | 'nothing' | undefined, number]>([
  ['an action', `${token} }`, {}, 'answer', 300_000],
  ['an action, as long as is said', `${token} }`, { awaitFor: 'PT1M' }, 'answer', 60_000],
  ['an action, as long as its step says', `${token}, timeout: PT2S }`, {}, 'answer', 2_000],
  ['one that must not come', `${token}, ${stops} }`, {}, 'nothing', 10_000],
  [
    'one that must not come, but not longer than anything',
    `${token}, ${stops} }`,
    { awaitFor: 'PT1S' },
    'nothing',
    1_000,
  ],
  ['one whose answer the step spoils', `${token}, ${stops}, ${spoilt} }`, {}, 'answer', 300_000],
  [
    'metadata, read before one can know',
    '  - { id: x, actor: app, uses: udap/discover, expect: [{ stopped: true }] }',
    {},
    'answer',
    300_000,
  ],
  ['a hop', '  - { id: x, await: { hop: { to: holder } } }', {}, undefined, 300_000],
  ['no hop', '  - { id: x, await: { noHop: { to: holder } } }', {}, undefined, 10_000],
  [
    'no hop, as long as is said',
    '  - { id: x, await: { noHop: { to: holder }, for: PT2M } }',
    {},
    undefined,
    120_000,
  ],
])('%s is waited for', async (_, step, options, awaits, timeoutMs) => {
  const [planned] = (await caseOf(step, { app }, options)).steps
  expect(planned).toMatchObject({ timeoutMs })
  expect(planned!.awaits).toBe(awaits)
})

test('a simulated actor is not waited for', async () => {
  const [planned] = (await caseOf(`${token} }`, {})).steps
  expect(planned!.awaits).toBeUndefined()
  expect(planned!.timeoutMs).toBe(30_000)
})

test('that no hop comes is an expectation like any other', async () => {
  const [planned] = (await caseOf('  - { id: x, await: { noHop: { to: holder } } }', {})).steps
  expect(planned!.expect).toMatchObject([{ id: 'x/1', kind: 'noHop', value: { to: 'holder' } }])
})

const begins = `
  - { id: start, actor: app, uses: oauth/authorize }
  - { id: sign-in, actor: ana, uses: user/sign-in, with: { url: "\${{ steps.start.outputs.authorization_url }}" } }`

test.each<[string, string, Record<string, System>, string | undefined]>([
  [
    'what nobody else sees',
    '  - { id: x, actor: app, uses: udap/certify, with: { client: app, certification_name: y, certification_uris: [] } }',
    { app },
    'step x cannot be waited for: app acts by itself, and nobody else sees udap/certify',
  ],
  [
    'an app that begins nobody knows where',
    begins,
    { app },
    'where ana begins in app is not known: say start: in testbed.yaml, or --actor ana=await for a person',
  ],
  [
    'an app that begins where it is said',
    begins,
    { app: { ...app, start: 'https://app.example/start' } },
    undefined,
  ],
  ['a person who begins in the app', begins, { app, ana: { await: true } }, undefined],
  [
    'a fact that nobody knows',
    '  - { id: x, actor: ana, uses: user/open, with: { url: "${{ actors.app.launch_uri }}" } }',
    { app },
    'step x reads actors.app.launch_uri, which nobody knows: say it under facts: in testbed.yaml',
  ],
  [
    'a fact that testbed.yaml says',
    '  - { id: x, actor: ana, uses: user/open, with: { url: "${{ actors.app.launch_uri }}" } }',
    { app: { ...app, facts: { launch_uri: 'https://app.example/launch' } } },
    undefined,
  ],
])('%s', async (_, steps, systems, skip) => {
  expect((await caseOf(steps, systems)).skip).toBe(skip)
})
