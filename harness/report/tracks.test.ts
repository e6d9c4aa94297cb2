import { expect, test } from 'vitest'
import type { Plan, PlanCase } from '../plan/plan.ts'
import { trackMenu } from './tracks.ts'

function planOf(...cases: Partial<PlanCase>[]): Plan {
  const all = cases.map((one, i) => ({
    id: `c${i + 1}`,
    name: 'A case',
    at: { file: 'scenarios/tracks/b2b.yaml', line: 3, column: 1 },
    tags: ['track'],
    seed: 's',
    actors: [],
    steps: [],
    ...one,
  }))
  return { plan: 1, cases: all }
}
const at = (file: string) => ({ file, line: 3, column: 1 })
const actor = (name: string, kind: string) => ({ name, kind }) as PlanCase['actors'][number]

const b2b = {
  name: 'Connectathon track: business to business',
  description: `Two organizations, of which ${'one asks and the other answers, '.repeat(4)}as they do.`,
  real: ['server', 'client'],
  actors: [actor('server', 'data-holder'), actor('client', 'client-app')],
}
const negative = { tags: ['track', 'negative'], real: ['server'] }

test('a track with its files, who may be real, and what to type', () => {
  const menu = trackMenu(
    planOf(
      b2b,
      { ...negative, at: at('scenarios/tracks/b2b-negative.yaml') },
      { ...negative, at: at('scenarios/tracks/b2b-negative.yaml') },
      { tags: ['track', 'negative'], at: at('scenarios/tracks/b2b-negative-client.yaml') },
      { tags: ['other'], at: at('scenarios/other.yaml') },
    ),
    'npm run testbed --',
  )
  expect(menu).toBe(`b2b: business to business
  Two organizations, of which one asks and the other answers, one asks and the
  other answers, one asks and the other answers, one asks and the other answers,
  as they do.
  positive  scenarios/tracks/b2b.yaml
              1 case; real: server, client
  negative  scenarios/tracks/b2b-negative.yaml
              2 cases; real: server
            scenarios/tracks/b2b-negative-client.yaml
              1 case
  npm run testbed -- run scenarios/tracks/b2b.yaml --actor server=https://…
  npm run testbed -- run scenarios/tracks/b2b.yaml --actor client=await
`)
})

test('it fits a terminal of 80 columns', () => {
  const long = at('scenarios/tracks/a-track-with-quite-a-long-name.yaml')
  const menu = trackMenu(planOf({ ...b2b, at: long }), 'npm run testbed --')
  expect(menu).toContain('a-track-with-quite-a-long-name.yaml \\\n    --actor server=https://…\n')
  expect(Math.max(...menu.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
})

test('nothing where there is no track', () => {
  expect(trackMenu(planOf({ tags: [] }), 'udap-testbed')).toBe('')
})
