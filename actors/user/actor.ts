/** A person with a browser: opens what they are given, and answers the pages that come. */
import { type Static, Type } from 'typebox'
import type { Actor } from '../actor.ts'
import { checked } from '../input.ts'
import { createRuntime, type Runtime, started } from '../runtime.ts'
import { actions } from './actions.ts'
import type { Browser } from './browser.ts'
import { createPerson } from './person.ts'
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
  facts: {
    username: 'their name at sign-in',
    password: 'theirs in this case',
  },
  actions: Object.fromEntries(Object.entries(actions).map(([name, { spec }]) => [name, spec])),
  faults: [],
  checks: [],
  keys: [],
  async start(context, { browser }: Static<typeof With>, host) {
    const runtime = createRuntime(user as Actor, context, host)
    const person = createPerson(runtime, await browserOf(browser, runtime))
    const acts = Object.entries(actions).map(([name, { spec, of }]) => [
      name,
      checked(name, spec, of(person)),
    ])
    const { username = '', password = '' } = context.people[context.name] ?? {}
    return started(runtime, {
      facts: { username, password },
      actions: Object.fromEntries(acts),
      stop: () => person.close(),
    })
  },
}

/** What starts the browser; loaded when it is wanted, as both are heavy. @throws when there is no Chromium */
async function browserOf(which: 'http' | 'chromium', runtime: Runtime): Promise<() => Promise<Browser>> {
  if (which !== 'chromium') return async () => (await import('./http-browser.ts')).createHttpBrowser(runtime)
  const { findChromium } = await import('./chromium-process.ts')
  const executable = findChromium()
  return async () => (await import('./chromium-browser.ts')).createChromiumBrowser(runtime, executable)
}
