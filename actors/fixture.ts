/** For tests: a start context by hand, a tiny actor, a runtime without an actor. */
import { Type } from 'typebox'
import { loadSpec } from '../spec/load.ts'
import type { Parameters } from '../spec/types.ts'
import type { Observed } from '../wire/hop.ts'
import type { Actor, Context } from './actor.ts'
import { createRuntime, type Runtime } from './runtime.ts'

export const tinyActor: Actor = {
  kind: 'client-app',
  title: 'for tests',
  serves: 'http',
  basePath: '',
  endpoints: {},
  keys: [],
  with: Type.Object({}),
  policy: Type.Object({}),
  links: {},
  facts: {},
  actions: {},
  faults: [],
  checks: [],
  start: () => Promise.reject(new Error('not started in these tests')),
}

/** Parameters of a version of the guide, some of them changed. */
export function parametersOf(
  version: string,
  change: (parameters: Parameters) => void = () => {},
): Context['spec'] {
  const found = loadSpec(new URL('../', import.meta.url)).versions[version]!
  const parameters = structuredClone(found.parameters)
  change(parameters)
  return { version, parameters }
}

export function contextOf(name: string, more: Partial<Context> = {}): Context {
  return {
    case: 'c1',
    name,
    title: name,
    kind: 'client-app',
    url: `http://${name}-c1.localhost`,
    peers: {},
    people: {},
    credentials: [],
    anchors: [],
    keys: [],
    tls: { roots: [] },
    spec: parametersOf('2.0.0'),
    policy: {},
    clockOffsetMs: 0,
    seed: 'a seed',
    addresses: {},
    ...more,
  }
}

/** A runtime with what it recorded. */
export function runtimeOf(
  name: string,
  more: { context?: Partial<Context>; actor?: Partial<Actor>; server?: Runtime['host']['server'] } = {},
): { runtime: Runtime; halves: Observed[] } {
  const halves: Observed[] = []
  const record = (half: Observed) => void halves.push(half)
  const host = more.server ? { server: more.server, record } : { record }
  return {
    runtime: createRuntime({ ...tinyActor, ...more.actor }, contextOf(name, more.context), host),
    halves,
  }
}
