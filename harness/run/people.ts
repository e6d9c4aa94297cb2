/** The persons of a case: made from its `user` actors, and told to whoever lets them in. */
import { createHmac } from 'node:crypto'
import type { Person } from '../../actors/actor.ts'
import { isObject, type Json } from '../../wire/json.ts'
import { readSecret } from '../pki/secret.ts'
import type { PlanActor, PlanCase } from '../plan/plan.ts'

/**
 * The persons that an actor knows: a user itself, a server those that its `with` names. `users: [ana]` lets her in
 * by her password, `links: [{ user: ana }]` by an identity provider.
 */
export function peopleFor(actor: PlanActor, { actors, seed, id }: PlanCase): Record<string, Person> {
  const { users, links } = actor.with
  const byPassword = actor.kind === 'user' ? [actor.name] : listOf(users)
  const linked = listOf(links).map((link) => (isObject(link) ? link.user : undefined))
  const known = actors.filter(
    ({ kind, name }) => kind === 'user' && (byPassword.includes(name) || linked.includes(name)),
  )
  const people = known.map((user): Person => {
    const person = personOf(user, `${seed}/${id}`)
    return byPassword.includes(user.name) ? person : { ...person, password: '' }
  })
  return Object.fromEntries(people.map((person) => [person.name, person]))
}

/** What an actor is called on pages. */
export const titleOf = ({ name, title }: PlanActor): string =>
  title ?? `${name.charAt(0).toUpperCase()}${name.slice(1)}`

function personOf(user: PlanActor, secret: string): Person {
  const { name, with: w } = user
  const {
    username = name,
    password = passwordOf(name, secret),
    patient = [],
    fhirUser,
    subjects,
  } = user.password ? { ...w, password: readSecret(user.password) } : w
  const { claims, identityAssurance = 2, authenticationAssurance = 2 } = w
  const patients = (typeof patient === 'string' ? [patient] : listOf(patient)).map(String)
  const [first] = patients
  const own = fhirUser ?? (first === undefined ? undefined : `Patient/${first}`)
  const shown = titleOf(user)
  return {
    name,
    title: shown,
    username: String(username),
    password: String(password),
    patients,
    ...(own === undefined ? {} : { fhirUser: String(own) }),
    ...(isObject(subjects) && { subjects: subjects as Record<string, string> }),
    claims: { name: shown, ...(isObject(claims) ? claims : {}) },
    assurance: { identity: levelOf(identityAssurance), authentication: levelOf(authenticationAssurance) },
  }
}

/** The same for the same seed, so that a run can be repeated; nobody types it. */
const passwordOf = (name: string, secret: string) =>
  createHmac('sha256', secret).update(`password/${name}`).digest('base64url').slice(0, 20)

const listOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : [])

const levelOf = (value: Json): 1 | 2 | 3 => (value === 1 || value === 3 ? value : 2)
