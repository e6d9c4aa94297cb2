/** A person with a browser. */
import { Type } from 'typebox'
import type { Actor } from '../actor.ts'
import { createRuntime, started } from '../runtime.ts'
import { With } from './with.ts'

export const user: Actor<typeof With> = {
  kind: 'user',
  title: 'A person with a browser',
  serves: 'nothing',
  basePath: '',
  endpoints: {},
  with: With,
  policy: Type.Object({}, { additionalProperties: false }),
  links: {},
  enrols: false,
  facts: {},
  actions: {},
  faults: [],
  checks: [],
  keys: [],
  async start(context, _w, host) {
    const runtime = createRuntime(user as Actor, context, host)
    return started(runtime, { facts: {}, actions: {} })
  },
}
