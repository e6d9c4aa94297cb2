import { describe, expect, it } from 'vitest'
import { actorOf, kinds } from '../actors/registry.ts'
import { loadProfiles } from '../certs/profile.ts'
import { readText, sourcesOf } from '../harness/cli/files.ts'
import { planOf } from '../harness/testbed.ts'
import { cli } from './cli.ts'

const loaded = await planOf(sourcesOf(['scenarios']).files, {}, {}, readText)
if (!('plan' in loaded)) throw new Error(loaded.problems.map(({ message }) => message).join('\n'))
const { cases } = loaded.plan

/** Faults that no scenario of the suite uses, and why; a lost answer by kind, as each partner copes in its own way. */
const unused: Record<string, string> = {
  'signed-metadata/issued-in-the-future': 'the guide has no client refuse it',
  'authorization-response/wrong-iss': 'no version of the guide asks for iss (RFC 9207)',
  'authorization-response/no-iss': 'as above',
}

/** Profiles of authorities, OCSP responders and HTTPS: no participant signs with them. */
const others = ['root', 'intermediate', 'ocsp-responder', 'tls-root', 'lasting-tls-root', 'tls-leaf']

it('there are enough cases, and list names each of them', async () => {
  const { code, out } = await cli('list', 'scenarios')
  expect(code).toBe(0)
  const lines = out.split('\n').filter((line) => line.startsWith('scenarios/'))
  expect(lines.length).toBe(cases.length)
  expect(cases.length).toBeGreaterThanOrEqual(120)
})

it('no two cases have the same name', () => {
  const names = cases.map(({ name }) => name)
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([])
})

/** A fault of several kinds is one piece of code: one kind that shows it is enough. */
const nameOf = (kind: string | undefined, fault: string) =>
  ['transport/down', 'transport/cut'].includes(fault) ? `${kind} ${fault}` : fault

describe('every fault', async () => {
  const known = (await Promise.all(kinds.map(actorOf))).flatMap(({ kind, faults }) =>
    faults.map(({ name }) => nameOf(kind, name)),
  )
  const used = new Set(
    cases.flatMap(({ actors, steps }) => {
      const kindOf = new Map(actors.map(({ name, kind }) => [name, kind]))
      return [...actors, ...steps].flatMap(({ faults }) =>
        faults.map(({ actor, inject }) => nameOf(kindOf.get(actor), inject)),
      )
    }),
  )

  it('has a scenario in which somebody meets it, or a reason why not', () => {
    expect([...new Set(known)].filter((one) => !used.has(one) && !(one in unused))).toEqual([])
  })

  it('has no reason when it has a scenario', () => {
    expect(Object.keys(unused).filter((one) => used.has(one) || !known.includes(one))).toEqual([])
  })
})

it.each([
  ['client-app', others],
  ['resource-server', [...others, 'certifier', 'for-a-year']],
])('each signing certificate profile is shown by a %s', (kind, notIts) => {
  const shown = cases
    .flatMap(({ actors }) => actors.filter((actor) => actor.kind === kind))
    .flatMap(({ certificates }) => certificates.map(({ profile }) => profile))
  const its = Object.keys(loadProfiles()).filter((name) => !notIts.includes(name))
  expect(its.filter((name) => !shown.includes(name))).toEqual([])
})
