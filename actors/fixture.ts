/** For tests of the core: a tiny actor and a context by hand. */
import { Type } from 'typebox'
import { loadSpec } from '../spec/load.ts'
import type { Observed } from '../wire/hop.ts'
import type { Actor, Context } from './actor.ts'
import { type Runtime, createRuntime } from './runtime.ts'

export const tinyActor: Actor = {
  kind: 'client-app',
  title: 'for tests',
  serves: 'http',
  basePath: '',
  endpoints: {},
  keys: [],
  with: Type.Object({}),
  links: {},
  actions: {},
  faults: [],
  checks: [],
  start: () => Promise.reject(new Error('not started in these tests')),
}

export function contextOf(name: string, more: Partial<Context> = {}): Context {
  const { parameters } = loadSpec(new URL('../', import.meta.url)).versions['2.0.0']!
  return {
    case: 'c1',
    name,
    kind: 'client-app',
    url: `http://${name}-c1.localhost`,
    peers: {},
    credentials: [],
    anchors: [],
    keys: [],
    tls: { roots: [] },
    spec: { version: '2.0.0', parameters },
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
  return { runtime: createRuntime({ ...tinyActor, ...more.actor }, contextOf(name, more.context), host), halves }
}
