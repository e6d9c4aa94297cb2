import { expect, test } from 'vitest'
import type { PlanActor, PlanCase } from '../plan/plan.ts'
import { peopleFor, titleOf } from './people.ts'

const named = (title?: string) =>
  titleOf({ name: 'holder', ...(title === undefined ? {} : { title }) } as PlanActor)

test('pages call an actor what the scenario calls it to people, else by its own name', () => {
  expect(named('Lakeside Hospital')).toBe('Lakeside Hospital')
  expect(named()).toBe('Holder')
})

const actor = (name: string, kind: PlanActor['kind'], w: PlanActor['with'] = {}) =>
  ({ name, kind, with: w }) as PlanActor
const ana = actor('ana', 'user', { patient: 'p1' })
const ben = actor('ben', 'user', { username: 'benjamin', patient: ['p2', 'p3'], identityAssurance: 3 })
const cara = actor('cara', 'user', {
  password: 'typed',
  fhirUser: 'Practitioner/d1',
  claims: { email: 'c@x.example' },
})
const idp = actor('idp', 'identity-provider', { users: ['ben'] })
const holder = actor('holder', 'data-holder', {
  users: ['ana'],
  links: [
    { idp: 'idp', user: 'ben' },
    { idp: 'idp', sub: 's' },
  ],
})
const app = actor('app', 'client-app')
const cast = [ana, ben, cara, idp, holder, app]

const known = (to: PlanActor, more: Partial<PlanCase> = {}) =>
  peopleFor(to, { id: 'c1', seed: 's1', actors: cast, ...more } as PlanCase)

test('a person is told to themselves and to the servers that name them, and to nobody else', () => {
  const told = cast.map((one) => [one.name, Object.keys(known(one))])
  expect(Object.fromEntries(told)).toEqual({
    ana: ['ana'],
    ben: ['ben'],
    cara: ['cara'],
    idp: ['ben'],
    holder: ['ana', 'ben'],
    app: [],
  })
  expect(known(idp).ben).toEqual(known(ben).ben)
})

test('whom an identity provider lets in keeps the password to themselves', () => {
  expect(known(holder).ben).toEqual({ ...known(ben).ben, password: '' })
  expect(known(holder).ana?.password).toBe(known(ana).ana?.password)
})

test('a name is of a user, never of another actor', () => {
  expect(known(actor('other', 'data-holder', { users: ['idp', 'nobody'] }))).toEqual({})
})

test('a person is as the scenario says', () => {
  expect(known(ana).ana).toEqual({
    name: 'ana',
    title: 'Ana',
    username: 'ana',
    password: expect.stringMatching(/^[\w-]{20}$/),
    patients: ['p1'],
    fhirUser: 'Patient/p1',
    claims: { name: 'Ana' },
    assurance: { identity: 2, authentication: 2 },
  })
  expect(known(ben).ben).toMatchObject({
    username: 'benjamin',
    patients: ['p2', 'p3'],
    assurance: { identity: 3, authentication: 2 },
  })
  expect(known(cara).cara).toMatchObject({
    password: 'typed',
    fhirUser: 'Practitioner/d1',
    claims: { name: 'Cara', email: 'c@x.example' },
  })
})

test('a password is another one for each person, case and seed, and the same when a run is repeated', () => {
  const passwords = [
    known(ana).ana,
    known(ben).ben,
    known(ana, { id: 'c2' }).ana,
    known(ana, { seed: 's2' }).ana,
  ]
  expect(new Set(passwords.map((person) => person?.password)).size).toBe(4)
  expect(known(ana).ana?.password).toBe(passwords[0]?.password)
})
