/** For tests: what a person does at a browser, the same whichever it is. */
import { afterEach, expect, test } from 'vitest'
import type { Observed } from '../../wire/hop.ts'
import type { StartedActor } from '../actor.ts'
import { Bed } from '../fixture-bed.ts'
import { act, startUser } from './fixture.ts'
import { page, type Site, scopes, startSite } from './fixture-site.ts'

export function walks(browser: 'http' | 'chromium'): void {
  const bed = new Bed()
  let site: Site
  let ana: StartedActor

  const start = async (more?: Parameters<typeof startSite>[1]) => {
    site = await startSite(bed, more)
    ana = await startUser(bed, { peers: site.peers, browser })
  }
  const html = (text: string) => ({ type: 'text/html', text })
  /** Serves pages by path. */
  const serving = (pages: Record<string, { type: string; text: string; headers?: Record<string, string> }>) =>
    start((server) => {
      for (const [path, { type, text, headers = {} }] of Object.entries(pages))
        server.get(path, async (_request, reply) => reply.headers(headers).type(type).send(text))
      server.post('/sent', async ({ body }, reply) => {
        site.forms.push(body as URLSearchParams)
        return reply.redirect(`${site.app}/callback?code=abc`, 303)
      })
    })
  const sent = (n = -1) => [...(site.forms.at(n) ?? [])].map(([name, value]) => `${name}=${value}`)
  const hopsOf = async (fits: (half: Observed) => boolean) => (await bed.halves()).filter(fits)
  const query = () => `?client_id=id1&redirect_uri=${encodeURIComponent(`${site.app}/callback`)}`

  afterEach(() => bed.close())

  test('signs in, chooses her record, allows all, and is back at the app', async () => {
    await start()
    const { outputs, answer, stopped } = await act(ana, 'user/sign-in', { url: site.url })
    expect(stopped).toBeUndefined()
    expect(outputs).toMatchObject({
      status: 303,
      title: 'Back at the app',
      page: 'app',
      code: 'abc',
      state: 's 1',
      iss: 'https://as.example',
      scopes: ['openid', 'patient/Patient.rs', 'patient/Observation.rs'],
    })
    expect(sent(0)).toEqual(['csrf=c1', 'step=sign-in', 'username=ana', 'password=correct horse'])
    expect(sent(1)).toEqual(['step=patient', 'patient=p2'])
    const allowed = ['openid', 'patient/Patient.rs', 'patient/Observation.rs'].map(
      (scope) => `scope=${scope}`,
    )
    expect(sent(2)).toEqual(['step=consent', ...allowed, 'decision=allow'])
    const [last] = await hopsOf(({ id }) => id === answer)
    expect(last).toMatchObject({
      side: 'client',
      request: { method: 'POST', url: `${site.origin}/interaction/1` },
    })
    expect(last?.response?.headers.location).toBe(
      `${site.app}/callback?state=s%201&code=abc&iss=https%3A%2F%2Fas.example`,
    )
  })

  test('records every request of hers, what she sent included', async () => {
    await start()
    await act(ana, 'user/sign-in', { url: site.url })
    const halves = await hopsOf(({ side }) => side === 'client')
    expect(
      halves.map(
        ({ request, response }) => `${request?.method} ${new URL(request!.url).pathname} ${response?.status}`,
      ),
    ).toEqual([
      'GET /authorize 303',
      'GET /interaction/1 200',
      'POST /interaction/1 303',
      'GET /interaction/1 200',
      'POST /interaction/1 303',
      'GET /interaction/1 200',
      'POST /interaction/1 303',
      'GET /callback 200',
    ])
    expect(halves[2]?.request?.body).toBe('csrf=c1&step=sign-in&username=ana&password=correct+horse')
    expect(halves[1]?.request?.headers.cookie).toBe('__Host-browser=b1')
    expect(halves[1]?.response?.body).toContain('<h1>Sign in</h1>')
    expect(halves[0]?.response?.headers['set-cookie']).toContain('__Host-browser=b1; Path=/')
    expect(halves[0]?.tls?.version).toBe('TLSv1.3')
    const spans = site.requests.map(({ headers }) => String(headers.traceparent).split('-')[2])
    expect(spans).toEqual(halves.slice(0, -1).map(({ id }) => id))
  })

  test('allows the scopes that she wants to allow, and those that always go with them', async () => {
    await start()
    await act(ana, 'user/sign-in', { url: site.url, approve: ['patient/Observation.rs'] })
    expect(sent()).toEqual(['step=consent', 'scope=openid', 'scope=patient/Observation.rs', 'decision=allow'])
  })

  test('allows none', async () => {
    await start()
    await act(ana, 'user/sign-in', { url: site.url, approve: 'none' })
    expect(sent()).toEqual(['step=consent', 'scope=openid', 'decision=allow'])
  })

  test('cannot allow what is not offered', async () => {
    await start()
    const { stopped } = await act(ana, 'user/sign-in', {
      url: site.url,
      approve: ['patient/Immunization.rs'],
    })
    expect(stopped?.check).toBe('not-offered')
    expect(stopped?.message).toContain('patient/Immunization.rs cannot be allowed')
    expect(stopped?.message).toContain('patient/Patient.rs')
  })

  test('chooses another record, and none that is not there', async () => {
    await start()
    await act(ana, 'user/sign-in', { url: site.url, patient: 'p1' })
    expect(sent(1)).toEqual(['step=patient', 'patient=p1'])
    const { stopped } = await act(ana, 'user/sign-in', { url: site.url, patient: 'p9' })
    expect(stopped?.message).toContain('no record p9 to choose, only Ana Rivera (p1), Ben Rivera (p2)')
  })

  test('denies', async () => {
    await start()
    const { outputs } = await act(ana, 'user/deny', { url: site.url })
    expect(outputs).toMatchObject({
      status: 303,
      page: 'app',
      error: 'access_denied',
      error_description: 'She said no',
    })
    expect(outputs.code).toBeUndefined()
    expect(sent()).toContain('decision=deny')
  })

  test('cannot deny or leave open what nobody asks', async () => {
    await serving({
      '/form': html(
        page(
          'Sign in',
          '<form method="post" action="/sent"><input type="password"><button>Go</button></form>',
        ),
      ),
    })
    const url = `${site.origin}/form${query()}`
    expect((await act(ana, 'user/deny', { url })).stopped?.check).toBe('not-asked')
    expect((await act(ana, 'user/walk-away', { url, at: 'consent' })).stopped?.check).toBe('not-asked')
  })

  test('walks away from a page, and goes on there later', async () => {
    await start()
    for (const at of ['sign-in', 'patient', 'consent']) {
      const left = await act(ana, 'user/walk-away', { url: site.url, at })
      expect(left.outputs).toMatchObject({ status: 200, page: at })
      expect(left.stopped).toBeUndefined()
    }
    expect((await act(ana, 'user/sign-in')).outputs).toMatchObject({ page: 'app', code: 'abc' })
  })

  test('goes back, and finds that it is over', async () => {
    await start()
    await act(ana, 'user/sign-in', { url: site.url })
    const { outputs, stopped } = await act(ana, 'user/go-back')
    expect(stopped).toBeUndefined()
    expect(outputs).toMatchObject({ status: 400, page: 'error' })
    expect(outputs.code).toBeUndefined()
  })

  test('has nothing to go back to, or to go on from', async () => {
    await start()
    expect((await act(ana, 'user/go-back')).stopped?.check).toBe('missing-input')
    await act(ana, 'user/open', { url: `${site.app}/callback` })
    expect((await act(ana, 'user/go-back')).stopped?.check).toBe('missing-input')
    expect((await act(ana, 'user/sign-in', { tab: 'other' })).stopped?.message).toContain('tab "other"')
    expect((await act(ana, 'user/walk-away', { url: site.url })).stopped?.message).toContain(
      'user/walk-away does not fit',
    )
  })

  test('has tabs that share cookies, each at a page of its own', async () => {
    await start()
    await act(ana, 'user/walk-away', { url: site.url, at: 'sign-in' })
    const other = await act(ana, 'user/open', { url: `${site.origin}/interaction/1`, tab: 'second' })
    expect(other.outputs).toMatchObject({ status: 200, title: 'Sign in' })
    expect((await act(ana, 'user/sign-in')).outputs.page).toBe('app')
    const late = await act(ana, 'user/sign-in', { tab: 'second' })
    expect(late.outputs).toMatchObject({ status: 400, page: 'error' })
  })

  test('keeps cookies by the rules', async () => {
    await start((server) => {
      server.get('/set', async (_request, reply) =>
        reply
          .header('set-cookie', [
            'plain=1',
            'deep=1; Path=/deep',
            '__Host-path=1; Secure; Path=/set',
            '__Host-open=1; Path=/',
            '__Secure-open=1; Path=/',
            'foreign=1; Domain=example.org',
            'gone=1; Max-Age=0',
            'strict=1; SameSite=Strict; HttpOnly',
          ])
          .send('set'),
      )
      server.get('/got', async ({ headers }, reply) =>
        reply.type('text/html').send(page(headers.cookie ?? 'none', '')),
      )
      server.get('/deep/got', async ({ headers }, reply) =>
        reply.type('text/html').send(page(headers.cookie ?? 'none', '')),
      )
    })
    await act(ana, 'user/open', { url: `${site.origin}/set` })
    const at = async (url: string) => String((await act(ana, 'user/open', { url })).outputs.title)
    expect((await at(`${site.origin}/got`)).split('; ').sort()).toEqual(['plain=1', 'strict=1'])
    expect((await at(`${site.origin}/deep/got`)).split('; ').sort()).toEqual([
      'deep=1',
      'plain=1',
      'strict=1',
    ])
  })

  test('gives up where she is refused twice', async () => {
    await start()
    const { stopped, outputs } = await act(ana, 'user/sign-in', { url: site.url, password: 'wrong' })
    expect(stopped).toMatchObject({
      check: 'sign-in-refused',
      message: expect.stringContaining('ana was not let in: The username or password is wrong'),
    })
    expect(outputs).toMatchObject({ status: 200, page: 'sign-in' })
    expect(site.forms.length).toBe(2)
  })

  test('stops at a page that nobody could go on from, and names it', async () => {
    await serving({ '/odd': html(page('Weather today', '<p>Rain.</p>')) })
    const { stopped, outputs } = await act(ana, 'user/sign-in', { url: `${site.origin}/odd` })
    expect(stopped).toMatchObject({
      check: 'unknown-page',
      message: expect.stringContaining('"Weather today"'),
    })
    expect(outputs).toMatchObject({ status: 200, page: 'other', title: 'Weather today' })
  })

  test('reads what comes, whatever it is', async () => {
    await serving({
      '/json': { type: 'application/json', text: '{"a":"<title>No</title>"}' },
      '/broken': html(
        '<title>Half a page</title><form action="/sent" method=post><label>Password<input type=password name=p',
      ),
      '/unclosed': html(
        '<title>Un</title><h1>Open<form method=post action=/sent><p>Password <input type=password name=p aria-label=Password><button>OK',
      ),
    })
    expect((await act(ana, 'user/open', { url: `${site.origin}/json` })).outputs).toMatchObject({
      status: 200,
      title: '',
      page: 'other',
    })
    expect((await act(ana, 'user/open', { url: `${site.origin}/broken` })).outputs).toMatchObject({
      status: 200,
      title: 'Half a page',
    })
    expect((await act(ana, 'user/sign-in', { url: `${site.origin}/unclosed${query()}` })).outputs.code).toBe(
      'abc',
    )
    expect(sent()).toEqual(['p=correct horse'])
    expect((await act(ana, 'user/open', { url: `${site.app}/nothing` })).outputs).toMatchObject({
      status: 404,
      page: 'error',
    })
  })

  test.each([
    [
      'a label with for',
      '<label for="a">Email</label><input id="a" name="n1"><label for="b">Your secret</label><input id="b" name="n2" type="password">',
    ],
    [
      'a label around it',
      '<label>User name <input name="n1"></label><label>Pass <input name="n2" type="password"></label>',
    ],
    [
      'aria-label',
      '<input name="n0" aria-label="Zip code"><input name="n1" aria-label="Login"><input name="n2" type="password">',
    ],
    [
      'aria-labelledby',
      '<b id="l">Account</b><input name="n0"><input name="n1" aria-labelledby="l"><input name="n2" type="password">',
    ],
  ])("finds the fields of other people's pages by %s", async (_how, fields) => {
    const search =
      '<form action="/search"><input name="q" aria-label="Find a page"><button>Search</button></form>'
    await serving({
      '/form': html(
        page(
          'Welcome',
          `${search}<form method="post" action="/sent">${fields}<button type="button">Show</button><button name="b" value="0">Cancel</button><input type="submit" name="b" value="Log in"></form>`,
        ),
      ),
    })
    expect((await act(ana, 'user/sign-in', { url: `${site.origin}/form${query()}` })).outputs.code).toBe(
      'abc',
    )
    expect(sent().filter((one) => !one.startsWith('n0='))).toEqual(['n1=ana', 'n2=correct horse', 'b=Log in'])
  })

  test('asks for the username first where the page does', async () => {
    await serving({
      '/form': html(
        page(
          'Hello',
          '<form action="/password"><label>Email <input type="email" name="u"></label><button>Next</button></form>',
        ),
      ),
      '/password': html(
        page(
          'Hello',
          '<form method="post" action="/sent"><input type="password" name="p"><button>Next</button></form>',
        ),
      ),
    })
    const { outputs } = await act(ana, 'user/sign-in', {
      url: `${site.origin}/form${query()}`,
      username: 'ana@example.org',
    })
    expect(outputs.code).toBe('abc')
    expect(site.requests.some(({ url }) => url === '/password?u=ana%40example.org')).toBe(true)
  })

  test.each([
    ['Yes', 'No'],
    ['Accept', 'Decline'],
    ['Authorize', "Don't allow"],
  ])('allows by a button %s beside %s', async (yes, no) => {
    await serving({
      '/form': html(
        page(
          'Access',
          `<form method="post" action="/sent"><button name="b" value="n">${no}</button><button name="b" value="y">${yes}</button></form>`,
        ),
      ),
    })
    const url = `${site.origin}/form${query()}`
    expect((await act(ana, 'user/sign-in', { url })).outputs.page).toBe('app')
    expect(sent()).toEqual(['b=y'])
    await act(ana, 'user/deny', { url })
    expect(sent()).toEqual(['b=n'])
  })

  test('answers two forms by the one that is meant', async () => {
    await serving({
      '/form': html(
        page(
          'Access',
          `<form method="post" action="/sent?no"><button>Deny</button></form><form method="post" action="/sent">${scopes}<button>Allow</button></form>`,
        ),
      ),
    })
    const url = `${site.origin}/form${query()}`
    await act(ana, 'user/sign-in', { url })
    expect(sent()).toEqual(['scope=openid', 'scope=patient/Patient.rs', 'scope=patient/Observation.rs'])
    await act(ana, 'user/deny', { url })
    expect(site.requests.at(-1)?.url).toBe('/sent?no')
  })

  test('chooses whom to sign in with', async () => {
    const buttons = ['https://idp1.example', 'https://idp2.example'].map(
      (url, i) => `<button name="idp" value="${url}">Hospital ${i + 1}</button>`,
    )
    await serving({
      '/form': html(
        page(
          'Choose',
          `<form method="post" action="/sent">${buttons.join('')}<button name="decision" value="deny">Cancel</button></form>`,
        ),
      ),
    })
    const url = `${site.origin}/form${query()}`
    const { stopped } = await act(ana, 'user/sign-in', { url })
    expect(stopped).toMatchObject({
      check: 'which-provider',
      message: expect.stringContaining('Hospital 1, Hospital 2'),
    })
    await act(ana, 'user/sign-in', { url, identity_provider: 'Hospital 2' })
    expect(sent()).toEqual(['idp=https://idp2.example'])
    await act(ana, 'user/sign-in', { url, identity_provider: 'https://idp1.example' })
    expect(sent()).toEqual(['idp=https://idp1.example'])
  })

  test('says where forms come from', async () => {
    const form = page(
      'Sign in',
      '<form method="post" action="/sent"><input type="password" name="p"><button>Go</button></form>',
    )
    await serving({
      '/plain': html(form),
      '/quiet': { ...html(form), headers: { 'referrer-policy': 'no-referrer' } },
    })
    await act(ana, 'user/sign-in', { url: `${site.origin}/plain${query()}` })
    expect(site.requests.at(-1)?.headers).toMatchObject({
      origin: site.origin,
      referer: `${site.origin}/plain${query()}`,
    })
    await act(ana, 'user/sign-in', { url: `${site.origin}/quiet${query()}` })
    expect(site.requests.at(-1)?.headers.origin).toBe('null')
    expect(site.requests.at(-1)?.headers.referer).toBeUndefined()
  })

  test('sends a form once more where a redirect says so', async () => {
    await start((server) => {
      server.get('/form', async (_request, reply) =>
        reply
          .type('text/html')
          .send(
            page(
              'Sign in',
              '<form method="post" action="/moved"><input type="password" name="p"><button>Go</button></form>',
            ),
          ),
      )
      server.post('/moved', async (_request, reply) => reply.redirect('/here', 307))
      server.post('/here', async ({ body }, reply) => {
        site.forms.push(body as URLSearchParams)
        return reply.redirect(`${site.app}/callback?code=abc`, 302)
      })
    })
    expect((await act(ana, 'user/sign-in', { url: `${site.origin}/form${query()}` })).outputs.code).toBe(
      'abc',
    )
    expect(sent()).toEqual(['p=correct horse'])
  })

  test.each([302, 303])('asks for a page after a form that is answered by %i', async (status) => {
    const form =
      '<form method="post" action="/moved"><input type="password" name="p"><button>Go</button></form>'
    await start((server) => {
      server.get('/form', async (_request, reply) => reply.type('text/html').send(page('Sign in', form)))
      server.post('/moved', async (_request, reply) => reply.redirect('/next', status))
      server.get('/next', async (_request, reply) => reply.redirect(`${site.app}/callback?code=abc`, 303))
    })
    const { outputs } = await act(ana, 'user/sign-in', { url: `${site.origin}/form${query()}` })
    expect(outputs.code).toBe('abc')
  })

  test('does not run in circles', async () => {
    await start((server) => {
      server.get('/a', async (_request, reply) => reply.redirect('/b'))
      server.get('/b', async (_request, reply) => reply.redirect('/a'))
    })
    const circle = await act(ana, 'user/open', { url: `${site.origin}/a` })
    expect(circle.stopped).toMatchObject({ check: 'no-answer' })
    expect(circle.stopped?.message).toMatch(/20 redirects.*\/(a → \S+\/b → \S+\/a|b → \S+\/a → \S+\/b)\.$/)
  })

  test('knows the answer where the app cannot be reached', async () => {
    await start((server) => {
      server.get('/away', async (request, reply) =>
        reply.redirect(`${(request.query as { redirect_uri: string }).redirect_uri}?code=abc`, 303),
      )
    })
    for (const uri of [
      'https://app.example/callback',
      'https://nobody-c1.localhost:1/callback',
      'my.app:/callback',
    ]) {
      const url = `${site.origin}/away?client_id=id1&redirect_uri=${encodeURIComponent(uri)}`
      const { outputs, stopped, answer } = await act(ana, 'user/sign-in', { url })
      expect(stopped).toBeUndefined()
      expect(outputs).toMatchObject({
        status: 303,
        page: 'app',
        code: 'abc',
        failure: expect.stringMatching(/./),
      })
      expect((await hopsOf(({ id }) => id === answer))[0]?.response?.headers.location).toBe(`${uri}?code=abc`)
    }
  })

  test('goes to nobody else', async () => {
    await serving({
      '/form': html(page('Look', '<img src="https://pictures.example/a.png"><p>A picture.</p>')),
      '/away': {
        type: 'text/html',
        text: page('Go', '<form action="https://example.org/"><button>Continue</button></form>'),
      },
    })
    expect((await act(ana, 'user/open', { url: `${site.origin}/form` })).outputs.title).toBe('Look')
    for (const url of [
      'https://example.org/',
      'ftp://as-c1.localhost/',
      'file:///etc/hostname',
      'nonsense',
    ]) {
      const { stopped } = await act(ana, 'user/open', { url })
      expect(stopped?.check).toBe('no-answer')
    }
    const { stopped } = await act(ana, 'user/sign-in', { url: `${site.origin}/away` })
    expect(stopped?.message).toContain('example.org is nobody of this case')
    expect(await hopsOf(({ request }) => /example/.test(request?.url ?? ''))).toEqual([])
  })

  test('tells a server that is not trusted nothing', async () => {
    await start()
    const elsewhere = new Bed('in-process')
    const paths: string[] = []
    const origin = await elsewhere.serve('evil', (server) => {
      server.get('/*', async ({ url }) => {
        paths.push(url)
        return 'hello'
      })
    })
    const { stopped } = await act(ana, 'user/open', { url: `${origin}/` })
    await elsewhere.close()
    expect(stopped?.check).toBe('no-answer')
    expect(stopped?.message).toMatch(/certificate/)
    expect(paths).toEqual([])
  })

  test('does not wait for ever', async () => {
    await start((server) => {
      server.get('/never', () => new Promise(() => {}))
      server.get('/cut', async (request) => request.raw.destroy())
    })
    const late = await ana.act('user/open', { url: `${site.origin}/never` }, 700)
    expect(late.stopped).toMatchObject({ check: 'no-answer', message: expect.stringMatching(/in time/) })
    expect((await act(ana, 'user/open', { url: `${site.origin}/cut` })).stopped?.check).toBe('no-answer')
    await ana.settled()
    expect((await act(ana, 'user/open', { url: `${site.app}/callback` })).outputs.title).toBe(
      'Back at the app',
    )
  })
}
