import { expect, test } from 'vitest'
import { changed, planOf } from './fixture.ts'
import type { PlanOptions } from './options.ts'

const step = (uses: string, input: string) =>
  changed('  - id: token', `  - { id: x, uses: ${uses}, with: { ${input} } }\n  - id: token`)

function skipOf(text: string, options: PlanOptions = {}): string | undefined {
  return planOf({ text, options }).cases[0]?.skip
}

const KILL = step('testbed/kill', 'actor: as')
const SLOW = step('testbed/network', 'from: as, to: app, rate: 1mbit')
const ALONE = step('testbed/network', 'from: as, cut: true')
const url = { actors: { as: 'https://as.example' } }

test.each<[string, string, PlanOptions, string | undefined]>([
  [
    'a killing in-process',
    KILL,
    {},
    'step x cannot be done with as, which runs in this very process: --place process gives it one of its own',
  ],
  ['a killing in a process', KILL, { place: 'process' }, undefined],
  ['a killing in a container', KILL, { place: 'container' }, undefined],
  ['a killing at a URL', KILL, url, 'step x cannot be done with as: somebody else runs https://as.example'],
  [
    'a killing of who is driven elsewhere',
    KILL.replace(
      'kind: authorization-server',
      "kind: authorization-server, place: { manage: 'http://as:7000', url: 'https://as:8443' }",
    ),
    {},
    'step x cannot be done with as, whose process somebody else started: place: process gives it one of ours',
  ],
  ['a slow network in-process', SLOW, {}, 'step x needs as in a container: --place container gives it one'],
  [
    'a slow network with one end in a container',
    SLOW.replace('kind: authorization-server', 'kind: authorization-server, place: container'),
    {},
    'step x needs app in a container: --place container gives it one',
  ],
  [
    'a slow network to a URL',
    SLOW,
    { ...url, place: 'container' },
    'step x cannot disturb the network of as: somebody else runs https://as.example',
  ],
  ['a slow network in containers', SLOW, { place: 'container' }, undefined],
  [
    'a partition from nobody in a container',
    ALONE.replace('kind: authorization-server', 'kind: authorization-server, place: container'),
    {},
    'step x needs ca in a container: --place container gives it one',
  ],
  [
    'a partition from those in containers',
    ALONE.replaceAll(/kind: (authorization-server|client-app)/g, '$&, place: container'),
    {},
    undefined,
  ],
])('%s', (_, text, options, reason) => {
  expect(skipOf(text, options)).toBe(reason)
})

test.each<[string, string, PlanOptions['systems'], boolean]>([
  ['an authority that names none', '', undefined, false],
  ['its own', 'with: { community: "urn:ours" }', undefined, false],
  ['one of which nothing is known', 'with: { community: "urn:unknown" }', undefined, false],
  ['another one', 'with: { community: "urn:example:network" }', undefined, true],
  [
    'another one that lasts, too',
    'with: { community: "urn:example:network" }',
    { ca: { authority: { folder: 'other', url: 'http://ca', community: 'urn:example:network' } } },
    false,
  ],
])('beside a real system the authority that lasts serves a case of %s', (_, own, systems, isSkipped) => {
  const text = changed('kind: certificate-authority', `kind: certificate-authority, ${own}`)
  const authority = { folder: 'ours', url: 'http://127.0.0.1:1', community: 'urn:ours' }
  const communities = {
    'urn:example:network': {
      community: 'urn:example:network',
      name: 'A network',
      status: 'example' as const,
    },
  }
  const made = (options: PlanOptions) =>
    planOf({ text, communities, options: { authority, ...(systems && { systems }), ...options } }).cases[0]
  const { skip, actors } = made(url)!
  if (isSkipped)
    expect(skip).toMatch(
      /^it is in the community urn:example:network, .*certs ca <folder> --community urn:example:network makes one/,
    )
  else expect(skip).toBeUndefined()
  expect(actors.find(({ name }) => name === 'ca')?.authority === undefined).toBe(isSkipped)
  expect(made({})?.skip).toBeUndefined()
})
