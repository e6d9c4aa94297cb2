/** The first rehearsal as its user sees it: commands, files, exit codes, messages. */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { catalogue } from '../harness/testbed.ts'
import type { HalfHop } from '../harness/trace/trace.ts'
import { cli, readRun, temporaryFolder } from './cli.ts'

const B2B = 'scenarios/b2b/client-credentials.yaml'

// Each test starts processes of its own, as a person would.
vi.setConfig({ testTimeout: 90_000 })

/** Both halves of each hop, by id. */
const byHop = (trace: HalfHop[]) => [...Map.groupBy(trace, (half) => half.id).values()]

it('runs the B2B scenario, writes its six files, and judges them again to the same result', async () => {
  using folder = temporaryFolder()
  const ran = await cli('run', B2B, '--output-dir', folder.path)
  expect(ran).toMatchObject({ code: 0, err: '' })
  const written = ['plan.json', 'stage.json', 'trace.jsonl', 'result.json', 'coverage.csv', 'coverage.md']
  for (const name of written) {
    expect(existsSync(join(folder.path, name)), name).toBe(true)
  }
  const { result, trace } = readRun(folder.path)
  const rules = { broken: 0, warned: 0, provoked: 0 }
  expect(result.summary).toMatchObject({ cases: 1, passed: 1, steps: 4, rules })
  expect(result.summary.rules.met).toBeGreaterThan(100)
  expect(result.summary.hops).toBe(byHop(trace).length)
  const classes = new Set(result.cases[0]!.hops.map((hop) => hop.class))
  for (const one of ['metadata', 'registration', 'token', 'fhir', 'ocsp']) expect(classes).toContain(one)
  for (const halves of byHop(trace)) {
    expect(halves.map((half) => half.side).sort(), halves[0]!.request!.url).toEqual(['client', 'server'])
    expect(halves.every((half) => half.from && half.to && half.paired === 'span')).toBe(true)
  }

  const saved = readFileSync(join(folder.path, 'result.json'), 'utf8')
  rmSync(join(folder.path, 'result.json'))
  const again = await cli('judge', folder.path, '--write')
  expect(again.code).toBe(0)
  expect(readFileSync(join(folder.path, 'result.json'), 'utf8')).toBe(saved)
})

it('keeps secrets out of what is shown and out of the result', async () => {
  using folder = temporaryFolder()
  const reporters = ['--reporter', 'list,junit,markdown']
  const ran = await cli('run', B2B, '--output-dir', folder.path, '-v', ...reporters)
  const { trace } = readRun(folder.path)
  const token = trace.find((half) => half.request?.url.endsWith('/token'))!
  const secret = JSON.parse(token.response!.body).access_token as string
  const assertion = new URLSearchParams(token.request!.body).get('client_assertion')!
  expect(secret.length).toBeGreaterThan(100)
  const files = ['result.json', 'junit.xml', 'report.md']
  const shown = [ran.out, ...files.map((name) => readFileSync(join(folder.path, name), 'utf8'))].join('\n')
  for (const jwt of [secret, assertion]) expect(shown).not.toContain(jwt.split('.')[2])
})

it('follows the version that it is told, and the versions differ where the guide does', async () => {
  using folder = temporaryFolder()
  const ends = await Promise.all(
    ['1.1.0', '2.0.0'].map((spec) =>
      cli('run', B2B, '--spec', spec, '--output-dir', join(folder.path, spec)),
    ),
  )
  expect(ends.map((end) => end.code)).toEqual([0, 0])
  const seen = (spec: string) => {
    const { trace, stage } = readRun(join(folder.path, spec))
    const answer = (end: string) =>
      trace.find((half) => half.side === 'client' && new URL(half.request!.url).pathname.endsWith(end))!
    return {
      versions: new Set(Object.values(stage.cases[0]!.actors).map((actor) => actor.spec)),
      community: new URL(answer('/.well-known/udap').request!.url).searchParams.get('community'),
      metadata: JSON.parse(answer('/.well-known/udap').response!.body),
      registered: JSON.parse(answer('/register').response!.body),
    }
  }
  const [old, current] = [seen('1.1.0'), seen('2.0.0')]
  expect(old.versions).toEqual(new Set(['1.1.0']))
  expect(current.versions).toEqual(new Set(['2.0.0']))
  // Discovery 2.4: the client SHOULD name its community since 2.0.0, MAY before.
  expect(old.community).toBeNull()
  expect(current.community).toBe('urn:example:north')
  // Registration 3.2.3: the statement's JWT claims SHOULD NOT be in the response since 2.0.0.
  for (const claim of ['iss', 'sub', 'aud', 'exp', 'iat', 'jti']) {
    expect(old.registered).toHaveProperty(claim)
    expect(current.registered).not.toHaveProperty(claim)
  }
  // Discovery 2.2: required since 2.0.0.
  expect(current.metadata).toHaveProperty('scopes_supported')
  expect(current.metadata).toHaveProperty('registration_endpoint_jwt_signing_alg_values_supported')
})

it('asks for a scope only where the version lists it, and is told what it got where it does not', async () => {
  using folder = temporaryFolder()
  const scenario = 'test/scenarios/scope-left-out.yaml'
  const tokenHop = async (spec: string) => {
    const output = join(folder.path, spec)
    expect(await cli('run', scenario, '--spec', spec, '--output-dir', output)).toMatchObject({ code: 0 })
    const half = readRun(output).trace.find((one) => one.request?.url.endsWith('/token'))!
    return {
      asked: new URLSearchParams(half.request!.body).get('scope'),
      got: JSON.parse(half.response!.body),
    }
  }
  expect(await tokenHop('2.0.0')).toMatchObject({ asked: 'system/Patient.rs' })
  expect(await tokenHop('1.1.0')).toMatchObject({ asked: null, got: { scope: 'system/Patient.rs' } })
})

it('reports the rule as met when an expired software statement is refused', async () => {
  using folder = temporaryFolder()
  const ran = await cli('run', 'scenarios/b2b/expired-software-statement.yaml', '--output-dir', folder.path)
  expect(ran.code).toBe(0)
  const rules = readRun(folder.path).result.cases[0]!.rules
  expect(rules.find((rule) => rule.id === 'reg-x04')).toMatchObject({ verdict: 'met' })
  // Only its expiry is wrong.
  expect(rules.find((rule) => rule.id === 'reg-012')).toMatchObject({ verdict: 'met' })
})

it('reports the rule as broken, at the hop, and as asked for, when the server skips its expiry check', async () => {
  using folder = temporaryFolder()
  const ran = await cli('run', 'test/must-fail/accepts-expired.yaml', '--output-dir', folder.path)
  expect(ran.code).toBe(1)
  const [only] = readRun(folder.path).result.cases
  const rule = only!.rules.find(({ id }) => id === 'reg-x04')!
  const hop = only!.hops.find(({ id }) => id === rule.findings[0]!.hop)!
  expect(rule).toMatchObject({ verdict: 'broken', findings: [{ actor: 'as', provoked: true }] })
  expect(hop).toMatchObject({ class: 'registration', from: 'app', to: 'as', status: 201 })
  expect(hop.faults.sort()).toEqual(['skip/software-statement-expiry', 'software-statement/expired'])
  expect(ran.out).toContain('reg-x04')
})

it('reports the lifetime rule as broken by a client that was told to break it', async () => {
  using folder = temporaryFolder()
  await cli('run', 'test/must-fail/too-long-lived.yaml', '--output-dir', folder.path)
  const [only] = readRun(folder.path).result.cases
  expect(only!.rules.find(({ id }) => id === 'reg-012')).toMatchObject({
    verdict: 'broken',
    findings: [{ actor: 'app', verdict: 'broken', provoked: true }],
  })
})

it('names the line, the hop and the rule of an expectation that did not hold', async () => {
  using folder = temporaryFolder()
  const ran = await cli('run', 'test/must-fail/wrong-expectation.yaml', '--output-dir', folder.path)
  expect(ran.code).toBe(1)
  expect(ran.out).toContain('test/must-fail/wrong-expectation.yaml:18')
  expect(ran.out).toContain('- status: 204')
  expect(ran.out).toMatch(/app → as.*POST.*\/register.*201/)
  expect(ran.out).toMatch(/reg-036.*SHALL/)
  expect(ran.out).toContain('Read section 3.2.3 again.')
  expect(ran.out).toMatch(/again {2}.* run test\/must-fail\/wrong-expectation\.yaml:/)
})

it('starts nothing when a file is broken, and says where', async () => {
  using folder = temporaryFolder()
  const output = join(folder.path, 'out')
  const ran = await cli('run', 'test/must-fail/broken.yaml', '--output-dir', output)
  expect(ran.code).toBe(2)
  expect(ran.err).toMatch(/test\/must-fail\/broken\.yaml:\d+:\d+: /)
  expect(ran.err).not.toMatch(/^\s+at /m)
  expect(existsSync(output)).toBe(false)
})

it('grants one of twenty token requests that repeat one assertion at once', async () => {
  using folder = temporaryFolder()
  const ran = await cli('run', 'test/scenarios/one-assertion-once.yaml', '--output-dir', folder.path)
  expect(ran).toMatchObject({ code: 0, err: '' })
  const { result, trace } = readRun(folder.path)
  const twenty = result.cases[0]!.hops.filter(({ step, from }) => step === 'twenty' && from === 'app')
  expect(twenty.map(({ status }) => status).sort()).toEqual([200, ...Array(19).fill(400)])
  // Each is a hop of its own, seen from both ends, with the same bytes.
  const bodies = trace
    .filter(({ id }) => twenty.some((hop) => hop.id === id))
    .map(({ request }) => request!.body)
  expect(bodies).toHaveLength(40)
  expect(new Set(bodies).size).toBe(1)
})

it('tells the facts that its kind announces, no more and no less', async () => {
  using folder = temporaryFolder()
  await cli('run', B2B, '--output-dir', folder.path)
  const { stage } = readRun(folder.path)
  const { kinds } = await catalogue()
  for (const [name, { kind, facts }] of Object.entries(stage.cases[0]!.actors)) {
    expect(Object.keys(facts).sort(), name).toEqual([...kinds[kind]!.facts].sort())
  }
})

it('gives the same verdicts when every actor runs in a process of its own', async () => {
  using folder = temporaryFolder()
  const [near, far] = ['in-process', 'process'].map((place) => join(folder.path, place))
  expect(await cli('run', B2B, '--output-dir', near!)).toMatchObject({ code: 0 })
  expect(await cli('run', B2B, '--place', 'process', '--output-dir', far!)).toMatchObject({ code: 0 })
  const outline = (path: string) => {
    const [only] = readRun(path).result.cases
    return {
      steps: only!.steps.map(({ id, verdict }) => `${id} ${verdict}`),
      hops: only!.hops.map(
        ({ from, to, class: kind, status, rules }) => `${from} ${to} ${kind} ${status} ${rules}`,
      ),
    }
  }
  expect(outline(far!)).toEqual(outline(near!))
})
