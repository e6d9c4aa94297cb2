import { describe, expect, test } from 'vitest'
import type { StageActor } from '../trace/trace.ts'
import { evidence, type HopSketch, type StepSketch } from './fixture.ts'
import { historyOf } from './history.ts'
import { hopsOf } from './hops.ts'

const holder = 'https://holder.example'
const idp = 'https://idp.example'
const app = 'https://app.example'
const diary = 'https://diary.example'

const server = (url: string, kind: string): Partial<StageActor> => ({
  kind,
  url,
  endpoints: {
    authorization: `${url}/authorize`,
    interaction: `${url}/interaction`,
    callback: `${url}/callback`,
    registration: `${url}/register`,
    token: `${url}/token`,
    endSession: `${url}/end-session`,
  },
})
const client = (url: string): Partial<StageActor> => ({
  kind: 'client-app',
  url,
  endpoints: { redirect: `${url}/callback`, launch: `${url}/launch` },
})
const actors = {
  holder: server(holder, 'data-holder'),
  idp: server(idp, 'identity-provider'),
  app: client(app),
  diary: client(diary),
  ana: { kind: 'user', url: 'https://ana.example' },
}

const request = (to: string, parameters: Record<string, string>) =>
  `${to}/authorize?${new URLSearchParams({ response_type: 'code', client_id: 'c', ...parameters })}`

const asked = request(holder, { redirect_uri: `${app}/callback`, state: 's1' })

/** Ana's browser asks the owner of the URL, which sends it on or shows a page. */
function visit(url: string, answer: string | number, more: Partial<HopSketch> = {}): HopSketch {
  const to = Object.entries(actors).find(([, { url: base }]) => url.startsWith(base!))![0]
  const response =
    typeof answer === 'number' ? { status: answer } : { status: 303, headers: { location: answer } }
  return { from: 'ana', to, url, response, ...more }
}

/** Each message of authorization: kind, from whom to whom, and what it answers. */
function said(hops: HopSketch[], before: StepSketch[] = []): string[] {
  const run = evidence({ steps: [...before, { id: 'sign-in', actor: 'ana', hops }], actors })
  const stage = run.stage.cases[0]!
  const { messages } = historyOf(hopsOf(run.trace, stage.actors), run.plan.cases[0]!, stage)
  const asks = messages.filter(({ kind }) => kind === 'authorization-request')
  return messages
    .filter(({ kind }) => kind.startsWith('authorization-'))
    .map(({ kind, author, reader, of, body, status }) => {
      const what = kind === 'authorization-request' ? 'asks' : `answers ${asks.indexOf(of!)} with`
      const which =
        kind === 'authorization-request' ? (body?.state ?? '-') : (body?.code ?? body?.error ?? status)
      return `${author ?? '?'} ${what} ${reader ?? '?'}: ${which}`
    })
}

const back = (to: string, parameters: Record<string, string>) =>
  `${to}/callback?${new URLSearchParams(parameters)}`

describe('who wrote an authorization request', () => {
  const open: [string, HopSketch[], StepSketch[], string][] = [
    ['the owner of the redirect URI', [visit(asked, 200)], [], 'app'],
    [
      'whoever made the URL in a step, whatever redirect URI it names',
      [visit(request(holder, { redirect_uri: `${diary}/callback`, state: 's1' }), 200)],
      [
        {
          id: 'start',
          actor: 'app',
          record: {
            outputs: {
              authorization_url: request(holder, { redirect_uri: `${diary}/callback`, state: 's1' }),
            },
          },
        },
      ],
      'app',
    ],
    [
      'who sent the browser there',
      [
        visit(`${app}/launch?iss=x`, request(holder, { state: 's1' })),
        visit(request(holder, { state: 's1' }), 200),
      ],
      [],
      'app',
    ],
    [
      'who sent it there in another spelling',
      [
        visit(
          `${app}/launch?iss=x`,
          `https://HOLDER.example:443/authorize?response_type=code&client_id=c&state=s1#top`,
        ),
        visit(request(holder, { state: 's1' }), 200),
      ],
      [],
      'app',
    ],
    [
      'who registered under its client id',
      [visit(request(holder, { state: 's1' }), 200)],
      [
        {
          id: 'register',
          hops: [
            {
              from: 'diary',
              to: 'holder',
              url: `${holder}/register`,
              body: { software_statement: 'x' },
              response: { status: 201, body: { client_id: 'c' } },
            },
          ],
        },
      ],
      'diary',
    ],
    [
      'nobody of the case',
      [visit(request(holder, { redirect_uri: 'https://else.example/cb', state: 's1' }), 200)],
      [],
      '?',
    ],
  ]
  test.each(open)('is %s', (_, hops, before, author) => {
    expect(said(hops, before)).toEqual([`${author} asks holder: s1`])
  })

  test('is the app, also of a form that the server turns into a link to itself', () => {
    const body = asked.slice(asked.indexOf('?') + 1)
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const posted = visit(`${holder}/authorize`, asked, { method: 'POST', body, headers })
    expect(said([posted, visit(asked, back(app, { code: 'c1', state: 's1' }))])).toEqual([
      'app asks holder: s1',
      'app asks holder: s1',
      'holder answers 1 with app: c1',
    ])
  })

  test('is nobody where nothing is asked for', () => {
    expect(said([visit(asked, 200, { method: 'HEAD' }), visit(asked, 204, { method: 'OPTIONS' })])).toEqual(
      [],
    )
  })
})

describe('what an authorization response answers', () => {
  test('is the request of each party, when the data holder asks an identity provider in between', () => {
    const onward = request(idp, { redirect_uri: `${holder}/callback`, state: 's2' })
    const returned = back(holder, { code: 'c2', state: 's2' })
    expect(
      said([
        visit(asked, onward),
        visit(onward, `${idp}/interaction/1`),
        visit(`${idp}/interaction/1`, returned, { method: 'POST', body: 'a=b' }),
        visit(returned, `${holder}/interaction/2`),
        visit(`${holder}/interaction/2`, back(app, { code: 'c1', state: 's1' }), {
          method: 'POST',
          body: 'a=b',
        }),
      ]),
    ).toEqual([
      'app asks holder: s1',
      'holder asks idp: s2',
      'idp answers 1 with holder: c2',
      'holder answers 0 with app: c1',
    ])
  })

  test('is told by state where two tabs are open', () => {
    const second = request(holder, { redirect_uri: `${app}/callback`, state: 's2' })
    const third = request(holder, { redirect_uri: `${diary}/callback`, state: 's1' })
    expect(
      said([
        visit(asked, `${holder}/interaction/1`),
        visit(second, `${holder}/interaction/2`),
        visit(third, `${holder}/interaction/3`),
        visit(`${holder}/interaction/1`, back(app, { code: 'c1', state: 's1' })),
        visit(`${holder}/interaction/3`, back(diary, { code: 'c3', state: 's1' })),
        visit(`${holder}/interaction/2`, back(app, { error: 'access_denied', state: 's2' })),
      ]).slice(3),
    ).toEqual([
      'holder answers 0 with app: c1',
      'holder answers 2 with diary: c3',
      'holder answers 1 with app: access_denied',
    ])
  })

  test('is the newest request to that address when state is of none', () => {
    expect(said([visit(asked, 200), visit(asked, back(app, { code: 'c1', state: 'x' }))]).at(-1)).toBe(
      'holder answers 1 with app: c1',
    )
  })

  test.each([301, 302, 303, 307])('comes with %d as well', (status) => {
    const location = back(app, { code: 'c1', state: 's1' })
    expect(said([visit(asked, 0, { response: { status, headers: { location } } })]).at(-1)).toBe(
      'holder answers 0 with app: c1',
    )
  })

  test('comes in a fragment where the server puts it there', () => {
    expect(said([visit(asked, `${app}/callback#error=server_error&state=s1`)]).at(-1)).toBe(
      'holder answers 0 with app: server_error',
    )
  })

  test('may be a page that ends it', () => {
    expect(said([visit(asked, 400)])).toEqual(['app asks holder: s1', 'holder answers 0 with app: 400'])
  })

  test.each<[string, HopSketch]>([
    ['a page', visit(asked, 200)],
    ['the way to a page', visit(asked, `${holder}/interaction/1`)],
    ['a relative way to a page', visit(asked, '/interaction/1')],
    ['no URL', visit(asked, 'https://')],
    ['a page that fails later', visit(`${holder}/interaction/1`, 410)],
    ['the way from a logout to the same address', visit(`${holder}/end-session`, `${app}/callback?state=s1`)],
    ['what another server says', visit(`${idp}/interaction/1`, back(app, { code: 'c1', state: 's1' }))],
  ])('is nothing in %s', (_, hop) => {
    expect(said([visit(asked, 200), hop]).filter((one) => one.includes('answers'))).toEqual([])
  })
})
