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
