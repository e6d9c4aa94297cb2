/**
 * Each flow, with each single actor replaced by another instance of the testbed: a process of its own with its own CA,
 * reached only by URL and imported anchors; and with all of them replaced, seen by an observing proxy alone.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { projectFolder, readRun, temporaryFolder } from '../cli.ts'
import { type Casting, PASSWORD, type Roles, SEED, type Together, together } from './instance.ts'
import { type Running, start } from './process.ts'

const shipped = (path: string) => join(projectFolder, 'scenarios', path)
const own = (path: string) => join(import.meta.dirname, 'scenarios', path)

interface Flow {
  file: string
  roles: Roles
  /** What the app registers for: where a person opens it. */
  app: string[]
}

const flows: Record<string, Flow> = {
  'business to business': {
    file: shipped('b2b/client-credentials.yaml'),
    roles: {
      ca: { kind: 'ca' },
      as: { kind: 'server' },
      fhir: { kind: 'server', path: '/fhir' },
      app: { kind: 'client' },
    },
    app: [],
  },
  consumer: {
    file: shipped('consumer/authorization-code.yaml'),
    roles: {
      ca: { kind: 'ca' },
      holder: { kind: 'server' },
      app: { kind: 'client' },
      ana: { kind: 'person' },
    },
    app: [
      'scope=openid fhirUser launch/patient offline_access patient/Patient.rs patient/Observation.rs',
      'grant_types=["authorization_code","refresh_token"]',
      'other=true',
    ],
  },
  'tiered OAuth': {
    file: shipped('tiered/sign-in.yaml'),
    roles: {
      ca: { kind: 'ca' },
      idp: { kind: 'server' },
      holder: { kind: 'server' },
      app: { kind: 'client' },
      ana: { kind: 'person' },
    },
    app: ['scope=udap patient/Patient.rs patient/Observation.rs', 'grant_types=["authorization_code"]'],
  },
}

const single = Object.entries(flows).flatMap(([flow, { roles }]) =>
  Object.keys(roles).map((actor) => ({ flow, actor, kind: roles[actor]!.kind })),
)

describe('replaced by another instance', () => {
  test.each(single)('$flow: $actor', { timeout: 120_000 }, async ({ flow, actor, kind }) => {
    using folder = temporaryFolder()
    const { roles } = flows[flow]!
    const casting = castingOf(roles, { [actor]: 'theirs' })
    const all = await together(folder.path, roles, casting, { startPage: kind === 'client' })
    await using others = new Others(all, flows[flow]!, casting)
    await others.serve()
    await expectToPass(all, flows[flow]!, (ours) => others.act(ours))
    await others.ended()
    // A server is asked for the community that it is in.
    if (['fhir', 'holder'].includes(actor)) {
      const { trace } = readRun(join(all.instances.ours!.folder, 'out'))
      const asked = trace.filter(({ to }) => to === actor).map(({ request }) => request?.url)
      expect(asked).toContainEqual(expect.stringMatching(/[?]community=urn%3Aexample%3Atheirs$/))
    }
  })

  test.each(Object.keys(flows))('%s: all', { timeout: 120_000 }, async (flow) => {
    using folder = temporaryFolder()
    const { roles } = flows[flow]!
    const casting = Object.fromEntries(Object.keys(roles).map((actor) => [actor, `their-${actor}`]))
    const all = await together(folder.path, roles, casting, { startPage: true, observer: 'ours' })
    await using others = new Others(all, flows[flow]!, casting)
    await others.serve()
    await expectToPass(all, flows[flow]!, (ours) => others.act(ours))
    await others.ended()
  })
})

function castingOf(roles: Roles, others: Casting): Casting {
  return Object.fromEntries(Object.keys(roles).map((actor) => [actor, others[actor] ?? 'ours']))
}

/** The processes of all other instances. */
class Others implements AsyncDisposable {
  readonly #all: Together
  readonly #flow: Flow
  readonly #casting: Casting
  readonly #serving: Running[] = []
  readonly #acting: Running[] = []

  constructor(all: Together, flow: Flow, casting: Casting) {
    this.#all = all
    this.#flow = flow
    this.#casting = casting
  }

  /** Those that are asked run before anybody asks. */
  async serve(): Promise<void> {
    const { file, roles } = this.#flow
    for (const [actor, { kind }] of Object.entries(roles)) {
      const name = this.#casting[actor]!
      if (name === 'ours') continue
      if (kind === 'ca') this.#serving.push(this.#start(name, 'certs', 'serve', '--authority', 'authority'))
      if (kind === 'server') this.#serving.push(this.#start(name, 'up', file, '--seed', SEED))
    }
    await Promise.all(this.#serving.map((one) => one.says(/Ctrl-C stops it/)))
  }

  /** Those that act by themselves do, when they are waited for. */
  async act(ours: Running): Promise<void> {
    const { file, roles, app } = this.#flow
    const client = this.#casting.app!
    if (client !== 'ours') {
      await ours.says(/▶/)
      const theirs = app.length === 0 ? [file] : [own('app.yaml'), ...app.flatMap((one) => ['--input', one])]
      this.#acting.push(this.#start(client, 'run', ...theirs))
    }
    const person = this.#casting.ana ?? 'ours'
    if (roles.ana === undefined || person === 'ours') return
    const [, url] = await ours.says(/▶ Ana[^\n]*\n +(https:\S+)/)
    this.#acting.push(this.#start(person, 'run', own('person.yaml'), '--input', `url=${url}`))
  }

  /** Those that act come to their end by themselves, those that serve when they are told. */
  async ended(): Promise<void> {
    const acting = await Promise.all(this.#acting.splice(0).map((one) => one.ended))
    const served = await Promise.all(this.#serving.splice(0).map((one) => one.stop()))
    for (const { code, out, err } of [...acting, ...served]) expect(code, out + err).toBe(0)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const stopped = await Promise.all([...this.#acting, ...this.#serving].map((one) => one.stop()))
    // Only where something went wrong are there any left.
    for (const { out, err } of stopped) console.log(out + err)
  }

  #start(instance: string, ...args: string[]): Running {
    return start(this.#all.instances[instance]!.folder, args)
  }
}

async function expectToPass(
  { instances }: Together,
  { file }: Flow,
  meanwhile: (ours: Running) => Promise<void>,
): Promise<void> {
  const { folder } = instances.ours!
  const ours = start(folder, ['run', file, '--seed', SEED, '-v'])
  await meanwhile(ours)
  const { code, out, err } = await ours.ended
  expect(code, out + err).toBe(0)
  const { result } = readRun(join(folder, 'out'))
  expect(result.cases.map(({ verdict }) => verdict)).toEqual(['passed'])
  expect(result.summary.hops).toBeGreaterThan(5)
  // A password that testbed.yaml only points to is nobody's fact.
  expect(readFileSync(join(folder, 'out/stage.json'), 'utf8')).not.toContain(PASSWORD)
}

test('a shipped scenario goes by its short name, wherever one works', { timeout: 60_000 }, async () => {
  using folder = temporaryFolder()
  const { code, out } = await start(folder.path, ['list', 'scenarios/tracks/b2b.yaml']).ended
  expect(code, out).toBe(0)
  expect(out).toMatch(/^scenarios\/tracks\/b2b\.yaml:\d/m)
  expect(out).not.toContain(projectFolder)
})
