/** Whatever comes over the wire, in whatever case: every rule finds something or nothing, and finds it again. */
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { loadCommunities } from '../../spec/communities.ts'
import type { StageActor } from '../trace/trace.ts'
import { type CaseSketch, evidence, spec } from './fixture.ts'
import { actors, hop, leaf, members } from './fixture-junk.ts'
import { story } from './fixture-story.ts'
import { judge } from './judge.ts'

// Hundreds of cases by hundreds of rules: more than a busy machine does in the usual time.
vi.setConfig({ testTimeout: 60_000 })

const communities = loadCommunities(new URL('../../', import.meta.url))

const record = fc.record({
  input: members,
  outputs: members.map((all) => ({ ...all, authorization_url: null })),
})
const stranger = fc.constantFrom<Partial<StageActor>>(
  {},
  { facts: {} },
  { anchors: {}, endpoints: {}, links: {} },
  { place: 'https://elsewhere.example' },
)
const sketch: fc.Arbitrary<CaseSketch> = fc
  .record({
    steps: fc.array(fc.tuple(fc.oneof(fc.array(hop, { maxLength: 6 }), story), record), {
      minLength: 1,
      maxLength: 3,
    }),
    over: fc.tuple(stranger, stranger, stranger),
    version: fc.constantFrom(...Object.keys(spec.versions)),
    isIssued: fc.boolean(),
    community: fc.constantFrom(undefined, ...Object.values(communities)),
  })
  .map(({ steps, over: [one, two, three], version, isIssued, community }) => ({
    steps: steps.map(([hops, told], index) => ({ id: `s${index}`, hops, record: told })),
    actors: Object.fromEntries(
      Object.entries({
        ...actors,
        as: {},
        app: { ...actors.app, ...one },
        holder: { ...actors.holder, ...two },
        idp: { ...actors.idp, ...three },
      }).map(([name, actor]) => [name, { ...actor, spec: version }]),
    ),
    ...(community && { plan: { communities: { north: community } } }),
    stage: {
      issued: isIssued
        ? [{ actor: 'app', community: 'north', from: 'ca', serial: leaf.serial(), chain: [leaf.base64] }]
        : [],
      revoked: [{ serial: '0A', issuer: 'ca', step: 's0', at: 'never' }],
    },
  }))

test('no message makes a rule fail, and what is found is found again', () => {
  fc.assert(
    fc.property(sketch, fc.boolean(), (one, isCut) => {
      const run = evidence(one)
      if (isCut) for (const { request } of run.trace) if (request) request.truncated = true
      const first = JSON.stringify(judge(run))
      expect(JSON.stringify(judge(run))).toBe(first)
    }),
    { numRuns: 150 },
  )
})
