import { expect, test } from 'vitest'
import type { JsonObject } from '../../wire/json.ts'
import type { PlanCase } from '../plan/plan.ts'
import type { HalfHop } from '../trace/trace.ts'
import { runCase } from './case.ts'
import type { RunEvent } from './events.ts'
import { fakeKit, planActor, planCase, planFault, planStep } from './fixture.ts'
import type { RunKit } from './kit.ts'

const kit = await fakeKit()
const get = (id: string, path: string, more = {}) =>
  planStep(id, 'fake/get', { with: { url: `\${{ actors.fhir.url }}${path}` }, ...more })

async function ran(
  plan: PlanCase,
  { signal, with: other = kit }: { signal?: AbortSignal; with?: RunKit } = {},
) {
  const events: RunEvent[] = []
  const stage = await runCase(plan, other, (event) => events.push(event), signal)
  const halves: HalfHop[] = events.flatMap((event) => (event.type === 'hops' ? event.halves : []))
  return { stage, halves, events }
}

test('a step over real HTTPS is recorded from both ends under its step, and its answer is known', async () => {
  const { stage, halves } = await ran(planCase([get('ask', '/greet?please')]))
  expect(stage.broke).toBeUndefined()
  expect(stage.steps).toMatchObject([{ id: 'ask', state: 'ran', outputs: { text: '{"hello":"fhir"}' } }])
  expect(halves).toHaveLength(2)
  expect(new Set(halves.map((half) => half.id))).toEqual(new Set([stage.steps[0]!.answer]))
  expect(halves).toMatchObject([
    { case: 'c1', step: 'ask', from: 'app', to: 'fhir', paired: 'span' },
    { case: 'c1', step: 'ask', from: 'app', to: 'fhir', paired: 'span' },
  ])
  expect(halves[0]!.request!.url).toMatch(/^https:\/\/fhir-c1\.localhost:\d+\/base\/greet\?please$/)
})

test('the stage notes addresses, endpoints, anchors, facts and what was issued', async () => {
  const { stage } = await ran(planCase([]))
  const { url } = stage.actors.fhir!
  expect(stage.actors.fhir).toMatchObject({
    kind: 'resource-server',
    place: 'in-process',
    spec: '2.0.0',
    endpoints: { greet: `${url}/greet` },
    anchors: { 'urn:fake': ['cm9vdA=='] },
    facts: { greeting: 'hello' },
  })
  expect(stage.actors.app!.url).toBe('https://app-c1.localhost')
  expect(stage.actors.ca!.url).toMatch(/^http:\/\/ca-c1\.localhost:\d+$/)
  expect(stage.issued.map(({ actor, from, serial }) => ({ actor, from, known: serial !== '' }))).toEqual([
    { actor: 'fhir', from: 'ca', known: true },
    { actor: 'app', from: 'ca', known: true },
  ])
})

test('a later step reads what an earlier one put out; a step whose input is not there is skipped', async () => {
  const { stage } = await ran(
    planCase([
      get('first', '/greet?please'),
      planStep('second', 'fake/get', { with: { url: '${{ steps.first.outputs.link }}' } }),
      planStep('third', 'fake/get', { with: { url: '${{ actors.fhir.endpoints.greet }}' } }),
    ]),
  )
  expect(stage.steps.map((step) => step.state)).toEqual(['ran', 'skipped', 'ran'])
  expect(stage.steps[1]!.reason).toContain('steps.first.outputs.link')
  expect(stage.steps[2]!.input).toEqual({ url: stage.actors.fhir!.endpoints.greet })
})

test('a step runs only when its condition holds', async () => {
  const { stage } = await ran(
    planCase([
      get('yes', '/greet', { if: "actors.fhir.greeting == 'hello'" }),
      get('no', '/greet', { if: "actors.fhir.greeting == 'bye'" }),
    ]),
  )
  expect(stage.steps.map((step) => step.state)).toEqual(['ran', 'skipped'])
  expect(stage.steps[1]!.reason).toContain("actors.fhir.greeting == 'bye'")
})

test('faults of a step are armed for that step only, and counted', async () => {
  const { stage, halves } = await ran(
    planCase([
      get('rude', '/greet'),
      get('tolerated', '/greet', { faults: [planFault('fhir', 'skip/please')] }),
      get('polite', '/greet?please', { faults: [planFault('fhir', 'skip/please')] }),
      get('again', '/greet'),
    ]),
  )
  const statuses = halves.filter((half) => half.side === 'client').map((half) => half.response?.status)
  expect(statuses).toEqual([400, 200, 200, 400])
  expect(stage.steps.map((step) => step.faults.map(({ fired }) => fired))).toEqual([[], [1], [0], []])
})

test('faults of an actor hold for the whole case; steps in which they fired say so, idle ones are seen', async () => {
  const faulty = planActor('fhir', 'resource-server', { faults: [planFault('fhir', 'skip/please')] })
  const actors = [planActor('ca', 'certificate-authority'), faulty, planActor('app', 'client-app')]
  const rude = await ran(planCase([get('polite', '/greet?please'), get('rude', '/greet')], { actors }))
  expect(rude.stage.faults).toEqual([{ actor: 'fhir', inject: 'skip/please', fired: 1 }])
  expect(rude.stage.steps.map((step) => step.faults.length)).toEqual([0, 1])
  const idle = await ran(planCase([get('polite', '/greet?please')], { actors }))
  expect(idle.stage.faults).toEqual([{ actor: 'fhir', inject: 'skip/please', fired: 0 }])
})

test('the clock starts where the scenario says, and moves for everybody', async () => {
  const { stage, halves } = await ran(
    planCase(
      [
        get('before', '/greet?please'),
        planStep('later', 'testbed/advance-clock', { with: { by: 'PT1H' } }),
        get('after', '/greet?please'),
      ],
      { clock: '2030-01-01T00:00:00Z' },
    ),
  )
  const offset = stage.clockOffsetMs
  expect(Date.parse(stage.startedAt) + offset).toBe(Date.parse('2030-01-01T00:00:00Z'))
  expect(stage.clockChanges).toEqual([{ step: 'later', offsetMs: offset + 3_600_000 }])
  const offsets = (step: string) =>
    halves.filter((half) => half.step === step).map((half) => half.clockOffsetMs)
  expect(offsets('before')).toEqual([offset, offset])
  expect(offsets('after')).toEqual([offset + 3_600_000, offset + 3_600_000])
})

test('a revoked certificate is noted with its issuer and the time', async () => {
  const { stage } = await ran(planCase([planStep('away', 'testbed/revoke', { with: { actor: 'app' } })]))
  const serial = stage.issued.find((one) => one.actor === 'app')!.serial
  expect(stage.revoked).toMatchObject([{ serial, issuer: 'ca', step: 'away' }])
})

test('a certificate that is revoked in the second in which it was used was good until then', async () => {
  const get = planStep('ask', 'fake/get', { with: { url: '${{ actors.fhir.url }}/greet' } })
  const revoke = planStep('away', 'testbed/revoke', { with: { actor: 'app' } })
  const { stage, halves } = await ran(planCase([get, revoke]))
  const revokedAt = Date.parse(stage.revoked[0]!.at)
  expect(revokedAt).toBeGreaterThanOrEqual(Math.max(...halves.map(({ startedAt }) => Date.parse(startedAt))))
  expect(revokedAt).toBeLessThanOrEqual(Date.now())
})

test('a renewed certificate is noted beside the one before, which alone is revoked when it is named', async () => {
  const { stage } = await ran(
    planCase([
      planStep('again', 'testbed/renew', { with: { actor: 'app' } }),
      planStep('away', 'testbed/revoke', {
        with: { actor: 'app', serial: '${{ steps.again.outputs.replaced }}' },
      }),
    ]),
  )
  const [first, second, ...more] = stage.issued.filter(({ actor }) => actor === 'app')
  expect(more).toEqual([])
  expect(stage.steps[0]?.outputs).toEqual({ serial: second?.serial, replaced: first?.serial })
  expect(second?.serial).not.toBe(first?.serial)
  expect(stage.revoked.map(({ serial }) => serial)).toEqual([first?.serial])
})

test('an actor that takes no new certificate breaks the case', async () => {
  const { stage } = await ran(planCase([planStep('again', 'testbed/renew', { with: { actor: 'fhir' } })]))
  expect(stage.broke).toMatchObject({ step: 'again', actor: 'fhir' })
  expect(stage.broke?.message).toContain('credential/replace')
})

test('an actor that cannot start breaks the case, by name, and no step is run', async () => {
  const actors = [
    planActor('ca', 'certificate-authority'),
    planActor('fhir', 'resource-server', { with: { broken: true } }),
    planActor('app', 'client-app'),
  ]
  const { stage } = await ran(planCase([get('ask', '/greet')], { actors }))
  expect(stage.broke).toEqual({ actor: 'fhir', message: 'Actor "fhir" could not start: the disk is on fire' })
  expect(stage.steps).toMatchObject([{ id: 'ask', state: 'skipped', reason: 'not reached' }])
})

test('an action that fails breaks the case at its step; the rest is not reached', async () => {
  const { stage } = await ran(planCase([planStep('oops', 'fake/throw'), get('ask', '/greet')]))
  expect(stage.broke).toEqual({
    actor: 'app',
    step: 'oops',
    message: 'Actor "app" could not do fake/throw: a bug',
  })
  expect(stage.steps.map((step) => step.state)).toEqual(['errored', 'skipped'])
})

test('steps of finally run even when the stage broke, without the faults of the step that broke', async () => {
  const polite = [planFault('fhir', 'skip/please')]
  const { stage, halves } = await ran(
    planCase([
      planStep('oops', 'fake/throw', { faults: polite }),
      get('ask', '/greet'),
      { ...get('last', '/greet'), finally: true },
    ]),
  )
  expect(stage.broke).toMatchObject({ step: 'oops' })
  expect(stage.steps.map(({ id, state }) => `${id} ${state}`)).toEqual([
    'oops errored',
    'ask skipped',
    'last ran',
  ])
  expect(halves.filter(({ side }) => side === 'client')).toMatchObject([
    { step: 'last', response: { status: 400 } },
  ])
})

test('a request is sent again as it was, every time as a hop of its own', async () => {
  const again = (id: string, input: JsonObject) => planStep(id, 'http/repeat', { with: input })
  const { stage, halves } = await ran(
    planCase([
      get('ask', '/greet?please'),
      again('three', { of: 'ask', times: 3, atOnce: true }),
      again('once', { of: { step: 'ask', path: '/base/greet' } }),
      again('never', { of: { step: 'ask', path: '/other' } }),
      again('too often', { of: 'ask', times: 1001 }),
    ]),
  )
  const [, three, once, never, often] = stage.steps
  expect(three).toMatchObject({ outputs: { statuses: [200, 200, 200], ok: 3 } })
  expect(three).not.toHaveProperty('answer')
  const asked = (step: string) => halves.filter((half) => half.step === step && half.side === 'client')
  expect(new Set(asked('three').map(({ id }) => id)).size).toBe(3)
  expect(asked('three').every(({ request }) => request?.url === asked('ask')[0]?.request?.url)).toBe(true)
  expect(halves.filter(({ step, paired }) => step === 'three' && paired === 'span')).toHaveLength(6)
  expect(once?.answer).toBe(asked('once')[0]?.id)
  expect(never).toMatchObject({ state: 'skipped', reason: 'step ask sent no request to /other' })
  expect(often).toMatchObject({ stopped: { check: 'missing-input' } })
})

test('an action that never ends is given up soon after its timeout', async () => {
  const { stage } = await ran(planCase([planStep('long', 'fake/forever', { timeoutMs: 50 })]))
  expect(stage.broke).toMatchObject({
    actor: 'app',
    step: 'long',
    message: expect.stringContaining('fake/forever'),
  })
})

test('an interrupt ends the open step at once, keeps what it recorded, and closes everything', async () => {
  const interrupt = new AbortController()
  const plan = planCase([get('done', '/greet?please'), get('open', '/hang'), get('never', '/greet')])
  const events: RunEvent[] = []
  const began = performance.now()
  const stage = await runCase(
    plan,
    kit,
    (event) => {
      events.push(event)
      if (event.type === 'step-started' && event.step === 'open') setImmediate(() => interrupt.abort())
    },
    interrupt.signal,
  )
  expect(performance.now() - began).toBeLessThan(4_000)
  expect(stage.broke).toEqual({ step: 'open', message: 'interrupted' })
  expect(stage.steps.map((step) => step.state)).toEqual(['ran', 'errored', 'skipped'])
  const steps = events
    .flatMap((event) => (event.type === 'hops' ? event.halves : []))
    .map((half) => half.step)
  expect(steps.slice(0, 2)).toEqual(['done', 'done'])
  expect(steps).toContain('open')
})

test('a case that the plan skips starts nothing and says why', async () => {
  const { stage, halves } = await ran(planCase([get('ask', '/greet')], { skip: 'fhir runs elsewhere' }))
  expect(stage.actors).toEqual({})
  expect(stage.steps).toMatchObject([{ state: 'skipped', reason: 'fhir runs elsewhere' }])
  expect(halves).toEqual([])
})

test('an actor that somebody else runs is not started; its peers get its URL and endpoints', async () => {
  const elsewhere = planActor('fhir', 'resource-server', {
    place: { url: 'https://fhir.example/r4' },
    with: { endpoints: { greet: '/hi' } },
  })
  const actors = [planActor('ca', 'certificate-authority'), elsewhere, planActor('app', 'client-app')]
  const { stage } = await ran(planCase([], { actors }))
  expect(stage.broke).toBeUndefined()
  expect(stage.actors.fhir).toMatchObject({
    place: 'https://fhir.example/r4',
    url: 'https://fhir.example/r4',
    endpoints: { greet: 'https://fhir.example/r4/hi' },
  })
  expect(stage.issued.map((one) => one.actor)).toEqual(['app'])
})

test('keys are lent: the second case has those of the first, and no two actors of a case share one', async () => {
  const own = await fakeKit()
  let made = 0
  const borrow = own.keys.borrow.bind(own.keys)
  const lent: string[] = []
  own.keys.borrow = async (algorithm) => {
    const pem = await borrow(algorithm)
    made += lent.includes(pem) ? 0 : 1
    lent.push(pem)
    return pem
  }
  await ran(planCase([]), { with: own })
  await ran(planCase([], { id: 'c2' }), { with: own })
  expect(lent).toHaveLength(4)
  expect(made).toBe(2)
})
