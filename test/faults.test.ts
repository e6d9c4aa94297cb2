import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { Artifact, Fault } from '../actors/make.ts'
import { actorOf, kinds } from '../actors/registry.ts'
import { isObject } from '../wire/json.ts'

const nowS = 1_800_000_000
const jwt = (claims: object) => ({
  header: { alg: 'RS256', x5c: ['MIIB'] },
  claims: { iat: nowS, exp: nowS + 300, jti: 'j', ...claims },
})

/** What actors build when no fault is armed: as a draft, and as encoded where a fault works on that. */
const samples: Record<Fault['on'], Partial<Record<Artifact, unknown>>> = {
  draft: {
    'software-statement': jwt({
      iss: 'https://app.example',
      sub: 'https://app.example',
      aud: 'https://as.example/register',
      client_name: 'A backend',
      contacts: ['mailto:operator@example.com'],
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'private_key_jwt',
      scope: 'system/Patient.rs',
    }),
  },
  encoded: {},
}

/** Paths at which two values differ, for example `claims.exp`. */
function differences(before: unknown, after: unknown, path = ''): string[] {
  if (isDeepStrictEqual(before, after)) return []
  if (!isObject(before) || !isObject(after)) return [path]
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].flatMap((name) =>
    differences(before[name], after[name], path === '' ? name : `${path}.${name}`),
  )
}

const actors = await Promise.all(kinds.map(actorOf))
const faults = actors.flatMap((actor) => actor.faults)
const rows = parse(readFileSync(new URL('../spec/requirements.yaml', import.meta.url), 'utf8')) as {
  id: string
}[]
const ids = new Set(rows.map(({ id }) => id))

it('finds the faults of every kind', () => {
  expect(faults.map(({ name }) => name)).toContain('software-statement/expired')
})

describe.each(faults.map((fault) => [fault.name, fault] as const))('%s', (name, fault) => {
  it('is named after its artifact, and only once in a kind', () => {
    expect(name).toMatch(new RegExp(`^${fault.artifact}/[a-z0-9-]+$`))
    for (const actor of actors) {
      expect(actor.faults.filter((other) => other.name === name).length).toBeLessThanOrEqual(1)
    }
  })

  it('changes exactly what it says, and only a copy', () => {
    const sample = samples[fault.on][fault.artifact]
    expect(sample, `add a sample of an ${fault.on} ${fault.artifact}`).toBeDefined()
    const before = structuredClone(sample)
    const after = fault.change(structuredClone(sample) as never, { nowS })
    expect(sample).toEqual(before)
    expect(differences(before, after).sort()).toEqual([...fault.touches].sort())
  })

  it('breaks rules that exist', () => {
    expect(fault.breaks.length).toBeGreaterThan(0)
    expect(fault.breaks.filter((id) => !ids.has(id))).toEqual([])
  })
})

it('differences are found to the last one', () => {
  expect(differences({ a: { b: 1, c: [1] }, d: 1 }, { a: { b: 2, c: [2] }, e: 1 })).toEqual([
    'a.b',
    'a.c',
    'd',
    'e',
  ])
  expect(differences({ a: 1 }, { a: 1 })).toEqual([])
})

describe('every check that can be skipped', () => {
  it.each(actors.map((actor) => [actor.kind, actor] as const))(
    'of a %s has a name of its own and rules that exist',
    (_kind, actor) => {
      const names = actor.checks.map(({ name }) => name)
      expect(new Set(names).size).toBe(names.length)
      expect(actor.checks.flatMap(({ refs }) => refs).filter((id) => !ids.has(id))).toEqual([])
    },
  )
})
