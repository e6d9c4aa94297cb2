/** For tests: three small actors on the real runtime, and plans by hand. */
import { Type } from 'typebox'
import type { Actor, Kind } from '../../actors/actor.ts'
import { Refusal, runChecks } from '../../actors/checks.ts'
import { listen } from '../../actors/listen.ts'
import { createRuntime, started } from '../../actors/runtime.ts'
import { KeyPool } from '../../certs/keys.ts'
import { createTlsRoot } from '../../certs/tls.ts'
import { loadSpec } from '../../spec/load.ts'
import type { PlanActor, PlanCase, PlanStep } from '../plan/plan.ts'
import type { RunKit } from './kit.ts'

const any = {
  basePath: '',
  endpoints: {},
  with: Type.Object({}),
  policy: Type.Object({}),
  links: {},
  facts: {},
  actions: {},
  faults: [],
  checks: [],
  keys: [],
}

const ca: Actor = {
  ...any,
  kind: 'certificate-authority',
  title: 'issues texts that look like certificates',
  serves: 'http',
  start: async (context, _w, host) => {
    const runtime = createRuntime(ca, context, host)
    await listen(runtime, (app) => app.get('/crl', () => 'nothing revoked'))
    let serial = 0
    return started(runtime, {
      facts: { community: 'urn:fake', root: 'cm9vdA==' },
      actions: {
        'ca/issue': async () => ({ outputs: { serial: String(++serial), chain: ['bGVhZg=='] } }),
        'ca/revoke': async (input) => ({
          // As a CRL says it: no fractions.
          outputs: { serial: input.serial!, at: `${runtime.now().toISOString().slice(0, 19)}Z` },
        }),
      },
    })
  },
}

const server: Actor = {
  ...any,
  kind: 'resource-server',
  title: 'greets, and refuses who does not say please',
  serves: 'https',
  basePath: '/base',
  endpoints: { greet: '/greet' },
  checks: [{ name: 'please', refs: [], breaks: [] }],
  start: async (context, w, host) => {
    if ('broken' in (w as object)) throw new Error('the disk is on fire')
    const runtime = createRuntime(server, context, host)
    const please = {
      name: 'please',
      refs: [],
      run: (url: string) => {
        if (!url.includes('please')) throw new Refusal('say please')
      },
    }
    await listen(runtime, (app) => {
      app.get('/base/greet', async (request, reply) => {
        try {
          await runChecks([please], request.url, runtime.faults)
          return { hello: context.name }
        } catch {
          return reply.code(400).send({ error: 'say please' })
        }
      })
      app.get('/base/hang', () => new Promise(() => {}))
    })
    return started(runtime, { facts: { greeting: 'hello' }, actions: {} })
  },
}

const client: Actor = {
  ...any,
  kind: 'client-app',
  title: 'fetches',
  serves: 'nothing',
  start: async (context, _w, host) => {
    const runtime = createRuntime(client, context, host)
    return started(runtime, {
      facts: {},
      actions: {
        'fake/get': async ({ url }) => {
          const answer = await runtime.call({ url: String(url) })
          return { outputs: { text: answer.text, offset: runtime.clockOffsetMs() }, answer: answer.id }
        },
        'credential/replace': async () => ({ outputs: {} }),
        'fake/throw': () => Promise.reject(new Error('a bug')),
        'fake/forever': () => new Promise(() => {}),
      },
    })
  },
}

const kinds: Partial<Record<Kind, Actor>> = {
  'certificate-authority': ca,
  'resource-server': server,
  'client-app': client,
}

export async function fakeKit(): Promise<RunKit> {
  return {
    actorOf: async (kind) => kinds[kind as Kind]!,
    versions: loadSpec(new URL('../../', import.meta.url)).versions,
    keys: new KeyPool(),
    tlsRoot: await createTlsRoot(),
  }
}

const at = { file: 'fake.yaml', line: 1, column: 1 }

export function planActor(name: string, kind: Kind, more: Partial<PlanActor> = {}): PlanActor {
  const certificates =
    kind === 'certificate-authority' ? [] : [{ from: 'ca', profile: 'any', key: 'ec-p256' }]
  return {
    name,
    kind,
    place: 'in-process',
    spec: '2.0.0',
    trusts: kind === 'certificate-authority' ? [] : ['ca'],
    certificates,
    with: {},
    policy: {},
    faults: [],
    links: {},
    at,
    ...more,
  }
}

export const planFault = (actor: string, inject: string) => ({ actor, inject, at })

export function planStep(id: string, uses: string, more: Partial<PlanStep> = {}): PlanStep {
  const actor = uses.startsWith('testbed/') ? {} : { actor: 'app' }
  return { id, uses, ...actor, with: {}, faults: [], expect: [], timeoutMs: 5_000, at, source: '', ...more }
}

export function planCase(steps: PlanStep[], more: Partial<PlanCase> = {}): PlanCase {
  return {
    id: 'c1',
    name: 'A case by hand',
    at,
    tags: [],
    seed: 'seed',
    actors: [
      planActor('ca', 'certificate-authority'),
      planActor('fhir', 'resource-server'),
      planActor('app', 'client-app'),
    ],
    steps,
    ...more,
  }
}
