/** The persons that a server knows: those who sign in here, and those whom an identity provider vouches for. */
import type { Static } from 'typebox'
import type { JsonObject } from '../../wire/json.ts'
import type { Context, Person } from '../actor.ts'
import { subjectOf } from '../people.ts'
import { equalSecrets } from './constant-time.ts'
import type { With } from './with.ts'

export interface Account {
  /** Subject identifier at this server. */
  sub: string
  /** For people. */
  title: string
  /** Ids of the Patient resources that they may open. */
  patients: string[]
  /** Relative reference of their own FHIR resource. */
  fhirUser: string | undefined
  /** Claims of OpenID Connect Core 5.1. */
  claims: JsonObject
  assurance: Person['assurance']
}

export interface Accounts {
  /** Undefined when there is nobody with this username and this password. */
  signIn(username: string, password: string): Account | undefined
  bySubject(sub: string): Account | undefined
  /** Who is meant by `sub` of this identity provider; undefined when nobody here is linked to it. */
  linked(issuer: string, sub: string): Account | undefined
  /** Whom the links name, in their order. */
  links: Link[]
}

export interface Link {
  issuer: string
  sub: string
  account: Account
}

/** @throws when a link names a person or an identity provider that is not there */
export function createAccounts(context: Context, issuer: string, w: Static<typeof With>): Accounts {
  const { people, peers } = context
  const bySubject = new Map<string, Account>()
  const byUsername = new Map<string, { password: string; account: Account }>()
  const links: Link[] = []

  const accountOf = (name: string, more: Partial<Account> = {}): Account => {
    const sub = subjectOf(context, issuer, name)
    const known = bySubject.get(sub)
    if (known) return Object.assign(known, more)
    const { title = name, patients = [], fhirUser, claims = {}, assurance } = people[name] ?? {}
    const levels = assurance ?? { identity: 2, authentication: 2 }
    const account: Account = { sub, title, patients, fhirUser, claims, assurance: levels, ...more }
    bySubject.set(sub, account)
    return account
  }

  for (const name of w.users) {
    const person = people[name]
    if (!person) throw new Error(`${context.name} shall know the user ${name}, of whom nothing was told.`)
    byUsername.set(person.username, { password: person.password, account: accountOf(name) })
  }
  for (const { idp, user, sub, patient, fhirUser } of w.links) {
    const url = peers[idp]?.url
    if (!url) throw new Error(`${context.name} has a link to ${idp}, which is not there.`)
    if (user === undefined && sub === undefined) {
      throw new Error(`${context.name} has a link to ${idp} without user and without sub: give one of them.`)
    }
    const patients = patient === undefined ? undefined : [patient].flat()
    // Where their records are others than at home, so is their own resource.
    const own = fhirUser ?? (patients && `Patient/${patients[0]}`)
    const account = accountOf(user ?? `${idp}/${sub}`, {
      ...(patients ? { patients } : {}),
      ...(own ? { fhirUser: own } : {}),
    })
    const theirs = sub ?? people[user ?? '']?.subjects?.[idp] ?? subjectOf(context, url, user ?? '')
    links.push({ issuer: url, sub: theirs, account })
  }

  return {
    signIn(username, password) {
      const known = byUsername.get(username)
      // Compared all the same when there is nobody, so that the time tells nothing.
      return equalSecrets(password, known?.password ?? '') && known ? known.account : undefined
    },
    bySubject: (sub) => bySubject.get(sub),
    linked: (idp, sub) => links.findLast((link) => link.issuer === idp && link.sub === sub)?.account,
    links,
  }
}
