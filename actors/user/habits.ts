/** What a person does on each page that asks them something. */
import type { Json } from '../../wire/json.ts'
import type { Arrival, Entry } from './browser.ts'
import type { Person } from './person.ts'
import { button, type Found, patients, providers, scopes, signInForm } from './recognise.ts'
import { type Answering, stop, type Walk } from './walk.ts'

/** How the person goes on; what a scenario does not say, they do as one would. */
export interface Habits {
  username: string
  password: string
  /** `all`, `none`, or the scopes that they allow. */
  approve: 'all' | 'none' | string[]
  /** Id of the record; one of theirs when undefined. */
  patient: string | undefined
  /** Name of the actor, or what its button says. */
  identityProvider: string | undefined
}

/** Who is refused twice by a server gives up. */
const ATTEMPTS = 2

/** Signs in, chooses, allows. */
export function answering(person: Person, habits: Habits): Answering {
  const attempts = new Map<string, number>()
  return (walk, kind) => {
    if (kind === 'sign-in') return providerWanted(person, walk, habits) ?? signIn(walk, habits, attempts)
    if (kind === 'patient') return choosePatient(person, walk, habits)
    if (kind === 'consent') return consent(walk, habits)
    if (kind === 'providers') return providerWanted(person, walk, habits) ?? onlyProvider(walk)
    const going = kind === 'continue' ? (button(walk.page, 'go') ?? button(walk.page, 'allow')) : undefined
    if (!going) throw stop('unknown-page', 'This is no page that a person could go on from', walk)
    return press(walk, going, [])
  }
}

function signIn(walk: Walk, { username, password }: Habits, attempts: Map<string, number>) {
  const asked = signInForm(walk.page)!
  if (asked.password) {
    const origin = URL.parse(walk.page.url)?.origin ?? ''
    const before = attempts.get(origin) ?? 0
    const said = walk.page.alerts.join(' ')
    if (before === ATTEMPTS)
      throw stop(
        'sign-in-refused',
        `${username} was not let in${said && `: ${said.replace(/\.$/, '')}`}`,
        walk,
      )
    attempts.set(origin, before + 1)
  }
  const entries: Entry[] = []
  if (asked.username) entries.push({ control: asked.username, value: username })
  if (asked.password) entries.push({ control: asked.password, value: password })
  return press(walk, button(walk.page, 'go', asked.form), entries)
}

function choosePatient({ self }: Person, walk: Walk, { patient }: Habits) {
  const offered = patients(walk.page).filter(({ control }) => !control.disabled)
  const wanted = patient === undefined ? self.patients : [patient]
  const fits = ({ control: { value, label } }: Found) =>
    wanted.some((id) => value === id || value === `Patient/${id}` || label === id)
  const chosen = offered.find(fits) ?? (patient === undefined ? offered[0] : undefined)
  if (!chosen) {
    const labels = offered.map(({ control: { label, value } }) => `${label} (${value})`)
    throw stop(
      'not-offered',
      `There is no record ${patient} to choose, only ${labels.join(', ') || 'none'}`,
      walk,
    )
  }
  return press(walk, button(walk.page, 'go', chosen.form), [{ control: chosen.control, value: true }])
}

function consent(walk: Walk, { approve }: Habits) {
  const offered = scopes(walk.page)
  const names = offered.map(({ control }) => control.value)
  walk.scopes = names
  const missed = Array.isArray(approve) ? approve.filter((scope) => !names.includes(scope)) : []
  if (missed.length > 0) {
    const all = names.join(', ') || 'none'
    throw stop('not-offered', `${missed.join(', ')} cannot be allowed: the page offers ${all}`, walk)
  }
  const allowed = (scope: string) => (Array.isArray(approve) ? approve.includes(scope) : approve === 'all')
  const entries = offered
    .filter(({ control }) => !control.disabled)
    .map(({ control }): Entry => ({ control, value: allowed(control.value) }))
  return press(walk, button(walk.page, 'allow', offered[0]?.form), entries)
}

/** Presses Deny on the consent page. */
export function deny(walk: Walk): Promise<Arrival> {
  walk.scopes = scopes(walk.page).map(({ control }) => control.value)
  return press(walk, button(walk.page, 'deny', scopes(walk.page)[0]?.form), [])
}

/** Undefined when none is wanted, or this page has not got it. */
function providerWanted({ runtime }: Person, walk: Walk, { identityProvider }: Habits) {
  if (identityProvider === undefined) return undefined
  const { peers } = runtime.context
  const url = Object.hasOwn(peers, identityProvider) ? peers[identityProvider]?.url : undefined
  const found = providers(walk.page).find(
    ({ control: { label, value } }) =>
      value === url || value === identityProvider || label === identityProvider,
  )
  return found && press(walk, found, [])
}

function onlyProvider(walk: Walk) {
  const [only, ...others] = providers(walk.page)
  if (only && others.length === 0) return press(walk, only, [])
  const labels = providers(walk.page).map(({ control }) => control.label)
  throw stop('which-provider', `Say by identity_provider whom to sign in with: ${labels.join(', ')}`, walk)
}

function press(walk: Walk, found: Found | undefined, entries: Entry[]): Promise<Arrival> {
  if (!found) throw stop('unknown-page', 'There is no button to go on', walk)
  return walk.tab.submit(found.form, entries, found.control)
}

/** As it stands in an input that fits its schema. */
export const approveOf = (value: Json | undefined): Habits['approve'] =>
  Array.isArray(value) ? value.map(String) : value === 'none' ? 'none' : 'all'
