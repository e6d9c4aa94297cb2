/** What a person does at their browser. */
import { type TSchema, Type } from 'typebox'
import type { JsonObject } from '../../wire/json.ts'
import type { ActionSpec, Awaited } from '../actor.ts'
import { missing } from '../input.ts'
import type { Act } from '../runtime.ts'
import { outputs } from './answer.ts'
import { answering, approveOf, deny, type Habits } from './habits.ts'
import type { Person } from './person.ts'
import { inTab, tabInput, urlInput } from './tabs.ts'
import { arrive, pageKind, stop, type Walk, walkOn } from './walk.ts'

const optional = (description: string) => Type.Optional(Type.String({ minLength: 1, description }))

const habits = {
  approve: Type.Optional(
    Type.Union([Type.Enum(['all', 'none']), Type.Array(Type.String())], {
      description: 'What they allow of the scopes that the consent page lists; all when left out.',
    }),
  ),
  patient: optional('Id of the record that they choose; one of their own when left out.'),
  username: optional('Typed instead of their own.'),
  password: optional('Typed instead of their own.'),
  identity_provider: optional(
    'Whom they sign in with, where a page asks: name of the actor, or what its button says.',
  ),
}

const places = ['sign-in', 'patient', 'consent'] as const

const spec = (
  title: string,
  answer: string,
  inputs: Record<string, TSchema>,
  awaited?: Awaited,
): ActionSpec => ({
  title,
  with: Type.Object(inputs, { additionalProperties: false }),
  links: {},
  answer,
  outputs,
  ...(awaited && { awaited }),
})

/** Of a real person their way through the pages is not seen, but where it leads. */
const back = (prompt: string): Awaited => ({
  class: 'back',
  prompt,
  outputs: {
    status: 'response.status',
    code: 'back.code',
    state: 'back.state',
    error: 'back.error',
    error_description: 'back.error_description',
    iss: 'back.iss',
  },
})

const goesOn = { url: Type.Optional(urlInput), tab: tabInput }
const redirect = 'the redirect that sends the browser to the app, else the last page'

export const actions: Record<string, { spec: ActionSpec; of: (person: Person) => Act }> = {
  'user/sign-in': {
    spec: spec(
      'Signs in, chooses a record and allows, until the app is reached.',
      redirect,
      { ...goesOn, ...habits },
      back('{actor}: sign in, and allow what you are asked.'),
    ),
    of: (person) => (input) =>
      inTab(person, input, (walk) => walkOn(person, walk, answering(person, habitsOf(person, input)))),
  },
  'user/deny': {
    spec: spec(
      'Signs in and denies what the consent page asks.',
      redirect,
      { ...goesOn, ...habits },
      back('{actor}: sign in, and deny what you are asked.'),
    ),
    of: (person) => (input) => inTab(person, input, (walk) => signInAndDeny(person, walk, input)),
  },
  'user/walk-away': {
    spec: spec('Comes to a page and leaves it as it is.', 'that page', {
      ...goesOn,
      at: Type.Enum([...places], { description: 'The page that is left.' }),
      ...habits,
    }),
    of: (person) => (input) => inTab(person, input, (walk) => walkAway(person, walk, input)),
  },
  'user/go-back': {
    spec: spec('Presses back, and answers the page that comes once more.', redirect, {
      tab: tabInput,
      ...habits,
    }),
    of: (person) => (input) => inTab(person, input, (walk) => goBack(person, walk, input)),
  },
  'user/open': {
    spec: spec(
      'Opens a URL and reads what comes.',
      redirect,
      { url: urlInput, tab: tabInput },
      {
        class: 'any',
        request: ({ url }) => ({ url: url ?? null }),
        prompt: '{actor}: open this page.',
        outputs: { status: 'response.status' },
      },
    ),
    of: (person) => (input) => inTab(person, input, async () => {}),
  },
}

function habitsOf({ self }: Person, input: JsonObject): Habits {
  const text = (name: string) => (typeof input[name] === 'string' ? input[name] : undefined)
  return {
    username: text('username') ?? self.username,
    password: text('password') ?? self.password,
    approve: approveOf(input.approve),
    patient: text('patient'),
    identityProvider: text('identity_provider'),
  }
}

async function signInAndDeny(person: Person, walk: Walk, input: JsonObject): Promise<void> {
  const otherwise = answering(person, habitsOf(person, input))
  let denied = false
  await walkOn(person, walk, (at, kind) => {
    if (kind !== 'consent') return otherwise(at, kind)
    denied = true
    return deny(at)
  })
  if (!denied) throw stop('not-asked', 'No page asked for consent', walk)
}

async function walkAway(person: Person, walk: Walk, input: JsonObject): Promise<void> {
  const otherwise = answering(person, habitsOf(person, input))
  await walkOn(person, walk, (at, kind) => (kind === input.at ? undefined : otherwise(at, kind)))
  if (pageKind(walk) !== input.at) throw stop('not-asked', `No ${input.at} page came`, walk)
}

async function goBack(person: Person, walk: Walk, input: JsonObject): Promise<void> {
  const arrival = await walk.tab.back()
  if (!arrival) throw missing('There is no page before this one to go back to.')
  await arrive(person, walk, arrival)
  await walkOn(person, walk, answering(person, habitsOf(person, input)))
}
