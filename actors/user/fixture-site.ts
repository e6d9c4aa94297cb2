/** For tests: an authorization server of plain code with pages for people, and an app that they are sent back to. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Peer } from '../actor.ts'
import type { Bed } from '../fixture-bed.ts'

export const PASSWORD = 'correct horse'

export const page = (title: string, body: string) =>
  `<!doctype html><html lang="en"><head><title>${title}</title></head><body><h1>${title}</h1>${body}</body></html>`

export const scopes = `<p><input type="checkbox" id="s0" name="scope" value="openid" checked disabled> <label for="s0">Who you are</label>
<input type="hidden" name="scope" value="openid"></p>
<p><input type="checkbox" id="s1" name="scope" value="patient/Patient.rs" checked> <label for="s1">Your name</label></p>
<p><label><input type="checkbox" name="scope" value="patient/Observation.rs"> Your <b>measurements</b></label></p>`

/** Our own pages, in the words that ours have. */
export const pages = {
  signIn: (alert = '') =>
    page(
      'Sign in',
      `${alert && `<p role="alert">${alert}</p>`}<form method="post"><input type="hidden" name="csrf" value="c1"><input type="hidden" name="step" value="sign-in">
<label for="u">Username</label><input id="u" name="username"><label for="p">Password</label><input id="p" name="password" type="password">
<button>Sign in</button><button name="decision" value="deny" formnovalidate>Cancel</button></form>`,
    ),
  patient: () =>
    page(
      'Choose a record',
      `<form method="post"><input type="hidden" name="step" value="patient">
<p><input type="radio" id="r1" name="patient" value="p1" required> <label for="r1">Ana Rivera</label></p>
<p><input type="radio" id="r2" name="patient" value="p2" required> <label for="r2">Ben Rivera</label></p>
<button>Continue</button><button name="decision" value="deny" formnovalidate>Cancel</button></form>`,
    ),
  consent: () =>
    page(
      'Allow access?',
      `<form method="post"><input type="hidden" name="step" value="consent">${scopes}
<button name="decision" value="allow">Allow</button> <button name="decision" value="deny">Deny</button></form>`,
    ),
}

export interface Site {
  origin: string
  app: string
  peers: Record<string, Peer>
  /** An authorization URL. */
  url: string
  /** Forms as they were sent. */
  forms: URLSearchParams[]
  requests: { method: string; url: string; headers: FastifyRequest['headers'] }[]
  /** How the pages may be kept; no-store when it is not changed. */
  cacheControl: string
  /** Where the sign-in page is done, and the next one is shown. */
  step: 'sign-in' | 'patient' | 'consent' | 'done'
}

/** @param more routes of the server */
export async function startSite(bed: Bed, more: (app: FastifyInstance) => void = () => {}): Promise<Site> {
  const forms: URLSearchParams[] = []
  const requests: Site['requests'] = []
  const app = await bed.serve('app', (server) => {
    server.get('/callback', async (_request, reply) =>
      reply.type('text/html').send(page('Back at the app', '<p>Thank you.</p>')),
    )
    server.get('/*', async (_request, reply) => reply.code(404).send())
  })
  const site: Omit<Site, 'origin' | 'url' | 'peers'> = {
    app,
    forms,
    requests,
    cacheControl: 'no-store',
    step: 'sign-in',
  }
  const html = (reply: FastifyReply, text: string, status = 200) =>
    reply.code(status).header('cache-control', site.cacheControl).type('text/html; charset=utf-8').send(text)
  const origin = await bed.serve('as', (server) => {
    server.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string' },
      (_r, body, done) => done(null, new URLSearchParams(String(body))),
    )
    server.addHook('onRequest', async ({ method, url, headers }) => {
      requests.push({ method, url, headers })
    })
    server.get('/authorize', async (_request, reply) => {
      site.step = 'sign-in'
      return reply
        .header('set-cookie', '__Host-browser=b1; Path=/; Secure; HttpOnly; SameSite=Lax')
        .redirect('/interaction/1', 303)
    })
    server.get('/interaction/1', async (request, reply) => {
      if (!/(^|; )__Host-browser=b1(;|$)/.test(request.headers.cookie ?? ''))
        return html(reply, page('Something went wrong', '<p role="alert">No cookie.</p>'), 400)
      if (site.step === 'sign-in') return html(reply, pages.signIn())
      if (site.step === 'patient') return html(reply, pages.patient())
      if (site.step === 'consent') return html(reply, pages.consent())
      return html(reply, page('Something went wrong', '<p role="alert">This is over.</p>'), 400)
    })
    server.post('/interaction/1', async (request, reply) => {
      const form = request.body as URLSearchParams
      forms.push(form)
      const back = (query: string) => reply.redirect(`${app}/callback?state=s%201&${query}`, 303)
      if (site.step === 'done')
        return html(reply, page('Something went wrong', '<p role="alert">This is over.</p>'), 400)
      if (form.get('decision') === 'deny') {
        site.step = 'done'
        return back('error=access_denied&error_description=She%20said%20no')
      }
      if (site.step === 'sign-in' && form.get('password') !== PASSWORD)
        return html(reply, pages.signIn('The username or password is wrong.'))
      const next = { 'sign-in': 'patient', patient: 'consent', consent: 'done' } as const
      site.step = next[site.step]
      return site.step === 'done'
        ? back('code=abc&iss=https%3A%2F%2Fas.example')
        : reply.redirect('/interaction/1', 303)
    })
    more(server)
  })
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: 'id1',
    redirect_uri: `${app}/callback`,
    state: 's 1',
  })
  const endpoints = { redirect: `${app}/callback` }
  return Object.assign(site, {
    origin,
    url: `${origin}/authorize?${query}`,
    peers: {
      app: { kind: 'client-app', url: app, endpoints, links: {} },
      as: { kind: 'authorization-server', url: origin, endpoints: {}, links: {} },
    } satisfies Record<string, Peer>,
  })
}
