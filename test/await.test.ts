/** Clients under test and persons: the testbed serves, they come, and what they send is judged. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Authority } from '../harness/pki/authority.ts'
import { freePort } from '../harness/run/docker/ports.ts'
import { type PlanOptions, planOf, runScenarios, type Told } from '../harness/testbed.ts'
import { projectFolder, temporaryFolder } from './cli.ts'
import {
  ClientUnderTest,
  holderUnderTest,
  lastingAuthority,
  personUnderTest,
  type WebApp,
} from './client-under-test.ts'

const APP = 'https://app.example/backend'
const folder = temporaryFolder()
let authority: Authority
let app: ClientUnderTest

beforeAll(async () => {
  authority = await lastingAuthority(join(folder.path, 'authority'))
  app = await ClientUnderTest.of(authority, APP)
})
afterAll(async () => {
  await app.close()
  folder[Symbol.dispose]()
})

type Prompt = Told & { step: string; until: number }

interface Script {
  options?: PlanOptions
  grep?: string
  /** What somebody does when a step waits for them. */
  does(prompt: Prompt): Promise<unknown> | undefined
}

let runs = 0

/** Runs a scenario of the project, or one of a test's own, with somebody who acts by themselves. */
async function run(scenario: string, { options = {}, grep, does }: Script) {
  const path = scenario.includes('\n') ? 'scenarios/b2b/own.yaml' : scenario
  const text = path === scenario ? readFileSync(join(projectFolder, path), 'utf8') : scenario
  const { url, community } = authority
  const given: PlanOptions = {
    awaitFor: 'PT10S',
    authority: { folder: authority.folder, url, community },
    systems: { app: { await: true, url: APP, allowFaults: true } },
    ...options,
  }
  const read = (file: string) => readFileSync(join(projectFolder, file), 'utf8')
  const made = await planOf([{ path, text }], given, grep === undefined ? {} : { grep }, read)
  if ('problems' in made) throw new Error(JSON.stringify(made.problems, null, 2))
  const prompts: Prompt[] = []
  const doing: Promise<unknown>[] = []
  const { result, stage } = await runScenarios(made.plan, {
    folder: join(folder.path, `run-${++runs}`),
    watcher: {
      started() {},
      step() {},
      ended() {},
      retrying() {},
      waited() {},
      waiting: (_, prompt) => {
        prompts.push(prompt)
        doing.push(Promise.resolve(does(prompt)))
      },
    },
  })
  await Promise.all(doing)
  const [one] = result.cases
  const broken = one!.rules
    .filter(({ findings }) => findings.some(({ verdict, provoked }) => verdict === 'broken' && !provoked))
    .map(({ id }) => id)
  const failed = one!.steps.flatMap(({ expectations }) =>
    expectations.filter(({ verdict }) => verdict === 'broken'),
  )
  const unjudged = one!.steps.flatMap(({ expectations }) =>
    expectations.filter(({ verdict }) => verdict === 'unjudged'),
  )
  return { one: one!, stage: stage.cases[0]!, prompts, broken, failed, unjudged }
}

const B2B = {
  'hl7-b2b': {
    version: '1',
    organization_id: 'https://payer.example/organization',
    organization_name: 'Example Payer',
    purpose_of_use: ['urn:oid:2.16.840.1.113883.5.8#HPAYMT'],
  },
}
const backend = {
  client_name: 'Payer backend',
  contacts: ['mailto:it@payer.example'],
  grant_types: ['client_credentials'],
  token_endpoint_auth_method: 'private_key_jwt',
  scope: 'system/Patient.rs',
}
const urlIn = ({ url = '' }: Told) => url.replace(/^[A-Z]+ /, '')

/** All that a backend does, whatever is waited for. */
async function allAtOnce(metadataUrl: string): Promise<void> {
  const metadata = await app.discover(metadataUrl)
  await app.register(metadata, backend)
  const grant = { grant_type: 'client_credentials', scope: 'system/Patient.rs' }
  const token = await app.token(metadata, grant, B2B)
  await app.read(metadataUrl.replace('/.well-known/udap', '/Patient?_count=1'), token)
}

test('a client that does everything in one go, ahead of the steps', async () => {
  const { one, broken, failed, prompts, unjudged } = await run('scenarios/b2b/client-credentials.yaml', {
    does: (prompt) => (prompt.step === 'discover' ? allAtOnce(urlIn(prompt)) : undefined),
  })
  expect({ failed, broken }).toEqual({ failed: [], broken: [] })
  expect(one.verdict).toBe('passed')
  expect(prompts[0]).toMatchObject({
    step: 'discover',
    text: 'Let Payer backend discover FHIR server.',
    url: expect.stringMatching(/^GET https:\/\/fhir-c1\.localhost:\d+\/fhir\/\.well-known\/udap$/),
  })
  const own = one.hops.filter(({ from }) => from === 'app')
  expect(own.map(({ step, class: kind, inferred, sides }) => [step, kind, inferred, sides])).toEqual([
    ['discover', 'metadata', true, ['server']],
    ['register', 'registration', true, ['server']],
    ['token', 'token', true, ['server']],
    ['read', 'fhir', true, ['server']],
  ])
  expect(own.flatMap(({ rules }) => rules)).toEqual(expect.arrayContaining(['reg-012', 'b2b-014']))
  // It checks no revocation where anybody sees it.
  expect(unjudged.map(({ id, seen }) => [id, seen])).toEqual([
    ['discover/2', 'not judged: whether app asks for it now is its own affair'],
  ])
})

test('what a client under test sends is judged as what ours send', async () => {
  const { broken, one } = await run('scenarios/b2b/client-credentials.yaml', {
    options: { awaitFor: 'PT2S' },
    does: async (prompt) => {
      if (prompt.step !== 'discover') return
      const metadata = await app.discover(urlIn(prompt))
      await app.register(metadata, { ...backend, response_types: ['code'] })
    },
  })
  expect(broken).toEqual(['reg-026'])
  expect(one.verdict).toBe('failed')
})

test('a client that does not come: what was waited for, what came, what to try', async () => {
  const { failed, one } = await run('scenarios/b2b/client-credentials.yaml', {
    options: { awaitFor: 'PT1S' },
    does: (prompt) =>
      prompt.step === 'discover' ? app.fetch(urlIn(prompt).replace(/[.]well.*/, 'metadata')) : undefined,
  })
  expect(one.verdict).toBe('failed')
  expect(failed[0]).toMatchObject({ id: 'discover/not-stopped', expected: 'what it waits for to come' })
  expect(failed[0]!.cause).toMatch(
    /^Let Payer backend discover FHIR server\. It did not happen within 1 s\. Only these came: app → fhir capability-statement 200\. See what it was answered; --await-for gives it more time\.$/,
  )
  // Who did not come is not waited for again.
  expect(one.steps[1]).toMatchObject({ verdict: 'skipped', reason: 'step discover waited in vain' })
})

test('a client that does not come any more, after it was refused, has failed once', async () => {
  const { one } = await run('scenarios/b2b/client-credentials.yaml', {
    options: { awaitFor: 'PT1S' },
    does: async (prompt) => {
      if (prompt.step === 'discover') await app.discover(urlIn(prompt))
      if (prompt.step === 'register') await app.fetch(urlIn(prompt), { method: 'POST', body: '{}' })
    },
  })
  const token = one.steps.find(({ id }) => id === 'token')
  expect(one.steps.map(({ verdict }) => verdict).slice(0, 3)).toEqual(['passed', 'failed', 'skipped'])
  expect(token?.reason).toMatch(/^step register went wrong\. .*Nothing came after step register\. See what/)
})

const forged = 'scenarios/discovery/bad-signed-metadata.yaml'

test.each([
  ['a client that validates signed_metadata stops, and passes', true],
  ['a client that does not goes on and registers, and breaks the rule', false],
])('%s', async (_, isCareful) => {
  const { one, broken, failed } = await run(forged, {
    grep: 'a bad signature',
    options: { awaitFor: 'PT1S' },
    does: async (prompt) => {
      if (prompt.step !== 'discover') return
      const metadata = await app.discover(urlIn(prompt), { isCareful }).catch(() => undefined)
      if (metadata) await app.register(metadata, backend)
    },
  })
  expect(one.verdict).toBe(isCareful ? 'passed' : 'failed')
  expect(broken).toEqual(isCareful ? [] : ['disc-049', 'disc-050', 'gen-x02'])
  expect(failed.map(({ id }) => id)).toEqual(isCareful ? [] : ['register/1', 'register/2'])
})

const OWN = `
scenario: 1
name: Somebody from outside
actors:
  ca: { kind: certificate-authority }
  as: { kind: authorization-server, with: { grants: [client_credentials] } }
  fhir: { kind: resource-server, with: { data: ../data/two-patients.json } }
  app: { kind: client-app, place: await }
steps:
  - id: looks
    await:
      hop: { to: fhir, class: metadata, method: GET }
      prompt: Look at it.
      url: \${{ actors.fhir.endpoints.metadata }}
  - id: leaves
    await: { noHop: { to: as, class: registration }, for: PT0.3S }
`
test.each([
  ['and nothing more', false],
  ['and registers, which was not to come', true],
])('await: a hop that the scenario describes, %s', async (_, registers) => {
  const { one, prompts, failed } = await run(OWN, {
    does: async (prompt) => {
      if (prompt.step !== 'looks') return
      const metadata = await app.discover(urlIn(prompt))
      if (registers) await app.register(metadata, backend)
    },
  })
  expect(prompts[0]).toMatchObject({ text: 'Look at it.', url: expect.stringContaining('/.well-known/udap') })
  expect(one.verdict).toBe(registers ? 'failed' : 'passed')
  expect(failed.map(({ expected }) => expected)).toEqual(
    registers ? ['no hop to as with class "registration"'] : [],
  )
})

const PERSON = `
scenario: 1
name: A person and their app
actors:
  ca: { kind: certificate-authority }
  holder: { kind: data-holder, with: { users: [ana], data: ../data/two-patients.json } }
  app: { kind: client-app }
  ana: { kind: user, name: Ana Rivera, with: { patient: p1 } }
steps:
  - { id: register, actor: app, uses: ../parts/discover-and-register.yaml, with: { scope: patient/Observation.rs } }
  - { id: start, actor: app, uses: oauth/authorize }
  - id: sign-in
    actor: ana
    uses: user/sign-in
    with: { url: "\${{ steps.start.outputs.authorization_url }}" }
    expect:
      - redirect: { to: "\${{ actors.app.redirect_uri }}", query: { code: { $present: true } } }
      - hop: { from: ana, to: app, class: callback }
      - noHop: { from: app, to: holder }
  - { id: token, actor: app, uses: udap/token, expect: [{ body: { patient: p1 } }] }
  - { id: read, actor: app, uses: fhir/search, with: { query: Observation }, expect: [{ body: { total: 3 } }] }
`

/** The app under test goes through the discovery and registration, and waits for a browser. */
async function registered(prompt: Prompt, web: WebApp): Promise<void> {
  const metadataUrl = urlIn(prompt)
  const scope = 'patient/Observation.rs'
  const metadata = await app.discover(metadataUrl)
  const claims = {
    ...backend,
    grant_types: ['authorization_code'],
    response_types: ['code'],
    redirect_uris: [web.redirectUri],
    logo_uri: 'https://app.example/logo.png',
    scope,
  }
  Object.assign(web, { metadata, scope, aud: metadataUrl.replace('/.well-known/udap', '') })
  await app.register(metadata, claims)
}

test('an app under test and a simulated person, who begins where testbed.yaml says', async () => {
  const web = await app.serve(authority)
  web.signedIn = () => void app.read(`${web.aud}/Observation`, web.token!)
  const { failed, broken, one, unjudged } = await run(PERSON, {
    options: { systems: { app: { await: true, url: APP, start: web.start } } },
    does: (prompt) => (prompt.step === 'register.discover' ? registered(prompt, web) : undefined),
  })
  await web.close()
  expect({ failed, broken, unjudged }).toEqual({ failed: [], broken: [], unjudged: [] })
  expect(one.verdict).toBe('passed')
  const callback = one.hops.find((hop) => hop.class === 'callback')
  expect(callback).toMatchObject({ step: 'sign-in', from: 'ana', to: 'app', sides: ['client'] })
})

test('an app that trades its code at once meets the fault of the step that waits for it', async () => {
  const web = await app.serve(authority)
  const fault = '{ at: holder, inject: token-response/no-token-type }'
  const spoilt = PERSON.replace(
    'uses: udap/token, expect: [{ body: { patient: p1 } }]',
    `uses: udap/token, faults: [${fault}]`,
  )
  const { one } = await run(spoilt.replace(/ {2}- { id: read.*\n/, ''), {
    options: { systems: { app: { await: true, url: APP, start: web.start, allowFaults: true } } },
    does: (prompt) => (prompt.step === 'register.discover' ? registered(prompt, web) : undefined),
  })
  await web.close()
  const token = one.hops.find((hop) => hop.class === 'token')
  expect(token).toMatchObject({ step: 'token', from: 'app', faults: ['token-response/no-token-type'] })
  expect(one.steps.at(-1)).toMatchObject({ verdict: 'passed', idle: [] })
})

test('an app under test and a real person: both are told what to do', async () => {
  const web = await app.serve(authority)
  web.signedIn = () => void app.read(`${web.aud}/Observation`, web.token!)
  const person = await personUnderTest(authority)
  const { failed, broken, one, prompts, unjudged, stage } = await run(PERSON, {
    options: { systems: { app: { await: true }, ana: { await: true } } },
    does: (prompt) => {
      if (prompt.step === 'register.discover') return registered(prompt, web)
      return prompt.step === 'sign-in' ? person.signIn(web.start, prompt.account ?? '') : undefined
    },
  })
  await Promise.all([web.close(), person.close()])
  expect({ failed, broken }).toEqual({ failed: [], broken: [] })
  expect(one.verdict).toBe('passed')
  expect(prompts.find(({ step }) => step === 'sign-in')).toMatchObject({
    text: 'Begin in App. Ana Rivera: sign in, and allow what you are asked.',
    account: expect.stringMatching(/^Sign in as ana, the password \S{20}$/),
  })
  // Nobody has said what it is: its registration does.
  expect(stage.actors.app).toMatchObject({ url: APP, facts: { redirect_uri: web.redirectUri } })
  expect(unjudged.map(({ seen }) => seen)).toEqual(['not judged: neither ana nor app is observed'])
  const pages = one.hops
    .filter(({ from }) => from === 'ana')
    .map((hop) => [hop.step, hop.class, hop.inferred])
  expect(pages).toEqual(
    Array(5)
      .fill(0)
      .map((_, i) => ['sign-in', i === 0 ? 'authorization' : 'interaction', true]),
  )
})

test('a real person and an app of ours, which the browser comes back to', async () => {
  const person = await personUnderTest(authority)
  const { failed, broken, one, prompts } = await run(PERSON, {
    options: { systems: { ana: { await: true } } },
    does: (prompt) => person.signIn(urlIn(prompt), prompt.account ?? ''),
  })
  await person.close()
  expect({ failed, broken }).toEqual({ failed: [], broken: [] })
  expect(one.verdict).toBe('passed')
  expect(prompts.map(({ step }) => step)).toEqual(['sign-in'])
  const callback = one.hops.find((hop) => hop.class === 'callback')
  expect(callback).toMatchObject({ step: 'sign-in', from: 'ana', to: 'app', sides: ['server'] })
})

const BETWEEN = `
scenario: 1
name: Two systems elsewhere
actors:
  ca: { kind: certificate-authority }
  holder: { kind: data-holder }
  app: { kind: client-app }
steps:
  - { id: discover, actor: app, uses: udap/discover }
  - { id: register, actor: app, uses: udap/register, with: { scope: system/Patient.rs } }
  - { id: token, actor: app, uses: udap/token, expect: [{ hop: { from: app, to: holder, class: token } }] }
  - { id: read, actor: app, uses: fhir/search, with: { query: Patient }, expect: [{ body: { total: 2 } }] }
`

test('two systems elsewhere with the testbed between them: what passes is recorded and judged', async () => {
  const ports = await Promise.all([freePort(), freePort()])
  const url = `https://holder.localhost:${ports[0]}`
  const holder = await holderUnderTest(authority, folder.path, { url, port: ports[1] })
  const { failed, broken, one, prompts, stage } = await run(BETWEEN, {
    options: {
      systems: {
        app: { await: true, url: APP },
        holder: { url, upstream: `https://127.0.0.1:${ports[1]}` },
      },
    },
    does: (prompt) => (prompt.step === 'discover' ? allAtOnce(urlIn(prompt)) : undefined),
  })
  await holder.close()
  expect({ failed, broken }).toEqual({ failed: [], broken: [] })
  expect(one.verdict).toBe('passed')
  expect(prompts[0]!.url).toBe(`GET ${url}/.well-known/udap`)
  expect(stage.actors.holder).toMatchObject({ place: url, observed: true })
  expect(one.unobserved).toEqual(['app'])
  const between = one.hops.filter(({ from }) => from === 'app')
  expect(between.map(({ to, class: kind, status, sides }) => [to, kind, status, sides])).toEqual(
    (
      [
        ['metadata', 200],
        ['registration', 201],
        ['token', 200],
        ['fhir', 200],
      ] as const
    ).map(([kind, status]) => ['holder', kind, status, ['server']]),
  )
  // What the other system asked of ours: revocation.
  expect(one.hops.filter(({ from, to }) => from === 'holder' && to === 'ca').length).toBeGreaterThan(0)
})

test('a system that cannot be observed is named before anything is asked', async () => {
  const port = await freePort()
  const upstream = `https://127.0.0.1:${port}`
  const { one } = await run(BETWEEN, {
    options: { systems: { holder: { url: `https://holder.localhost:${port}`, upstream } } },
    does: () => undefined,
  })
  expect(one.verdict).toBe('errored')
  expect(one.reason).toContain(`Actor "holder" cannot be observed: ${upstream} does not answer:`)
})
