/** What the person at it is told to do now. */
import type { Awaited } from '../../actors/actor.ts'
import type { Json, JsonObject } from '../../wire/json.ts'
import { redactJson } from '../../wire/redact.ts'
import { isAwaited } from '../plan/place.ts'
import type { PlanActor, PlanCase, PlanStep } from '../plan/plan.ts'
import { peopleFor, titleOf } from './people.ts'

export interface Told {
  /** What to do now. */
  text: string
  /** Where: a method and a URL, or a URL. */
  url?: string
  /** Whom to sign in as. It has a password in it: shown, and never written down. */
  account?: string
}

interface Asked {
  step: PlanStep
  /** Its `with`, as far as it is known. */
  input: JsonObject
  /** Name of the actor that is asked, where one is. */
  server?: string | undefined
  url?: string | undefined
}

export function promptOf(
  { prompt, method }: Awaited,
  plan: PlanCase,
  { step, input, server, url }: Asked,
): Told {
  const named = (name: string | undefined) => plan.actors.find((one) => one.name === name)
  const actor = named(step.actor)!
  const asked = named(server)
  const words = prompt
    .replace('{actor}', () => titleOf(actor))
    .replace('{server}', () => (asked ? titleOf(asked) : 'the server'))
    .replace(/\.$/, '')
  // Whoever sits there needs neither names of actors nor what is told apart.
  const { server: _, url: opened, tab, username, password, ...rest } = input
  const details = Object.entries(rest).map(([name, value]) => `${name}: ${inWords(redactJson(value, name))}`)
  const where = typeof opened === 'string' ? opened : url && [method, url].filter(Boolean).join(' ')
  return {
    text: [
      ...(opened === undefined && 'url' in step.with ? beginning(plan) : []),
      `${words}${details.length > 0 ? ` (${details.join('; ')})` : ''}.`,
      ...(step.awaits === 'nothing' ? ['It should refuse to go on: nothing may come now.'] : []),
    ].join(' '),
    ...(where && { url: where }),
    ...(actor.kind === 'user' && { account: account(actor, plan, { username, password }) }),
  }
}

function beginning({ actors }: PlanCase): string[] {
  const app = actors.find(({ place, kind }) => isAwaited(place) && kind !== 'user')
  return app ? [`Begin in ${titleOf(app)}.`] : []
}

/** What this run made up is said; what they brought along they know. */
function account(
  actor: PlanActor,
  plan: PlanCase,
  { username, password }: Record<'username' | 'password', Json | undefined>,
): string {
  const own = peopleFor(actor, plan)[actor.name]
  const isTheirs = password === undefined && actor.password !== undefined
  const typed = isTheirs ? 'the password as in testbed.yaml' : `the password ${password ?? own?.password}`
  return `Sign in as ${username ?? own?.username}, ${typed}`
}

const inWords = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value))
