import { afterEach, describe, expect, test } from 'vitest'
import type { StartedActor } from '../actor.ts'
import { Bed } from '../fixture-bed.ts'
import { act, startUser } from './fixture.ts'
import { page, type Site, startSite } from './fixture-site.ts'
import { walks } from './fixture-walks.ts'

describe('by plain HTTP', () => {
  walks('http')

  const bed = new Bed()
  let site: Site
  let ana: StartedActor
  const start = async (more?: Parameters<typeof startSite>[1]) => {
    site = await startSite(bed, more)
    ana = await startUser(bed, { peers: site.peers, browser: 'http' })
  }
  afterEach(() => bed.close())

  test('goes back to a page that may be kept, and sends it once more', async () => {
    await start()
    site.cacheControl = 'max-age=60'
    await act(ana, 'user/sign-in', { url: site.url })
    const before = site.requests.length
    const { outputs } = await act(ana, 'user/go-back')
    expect(site.requests.slice(before).map(({ method }) => method)).toEqual(['POST'])
    expect(outputs).toMatchObject({ status: 400, page: 'error', title: 'Something went wrong' })
  })

  test('goes back to a page that may not be kept by asking for it again', async () => {
    await start()
    await act(ana, 'user/sign-in', { url: site.url })
    const before = site.requests.length
    const { outputs } = await act(ana, 'user/go-back')
    expect(site.requests.slice(before).map(({ method }) => method)).toEqual(['GET'])
    expect(outputs).toMatchObject({ status: 400, page: 'error', title: 'Something went wrong' })
  })

  test('follows twenty redirects and no more', async () => {
    await start((server) => {
      server.get('/r/:n', async ({ params }, reply) => {
        const left = Number((params as { n: string }).n)
        return left > 0 ? reply.redirect(`/r/${left - 1}`) : reply.type('text/html').send(page('There', ''))
      })
    })
    expect((await act(ana, 'user/open', { url: `${site.origin}/r/20` })).outputs.title).toBe('There')
    expect((await act(ana, 'user/open', { url: `${site.origin}/r/21` })).stopped?.check).toBe('no-answer')
  })

  test('does not go on from page to page for ever', async () => {
    await start((server) => {
      server.get('/c/:n', async ({ params }, reply) => {
        const n = Number((params as { n: string }).n)
        const form = `<form action="/c/${n + 1}"><button>Continue</button></form>`
        return reply.type('text/html').send(page(`Page ${n}`, form))
      })
    })
    const { stopped, outputs } = await act(ana, 'user/sign-in', { url: `${site.origin}/c/1` })
    expect(stopped).toMatchObject({ check: 'too-many-pages', message: expect.stringContaining('15 pages') })
    expect(outputs.title).toBe('Page 16')
  })

  test('does not read a page that is too long', async () => {
    await start((server) => {
      server.get('/long', async (_request, reply) => reply.type('text/html').send('x'.repeat(3_000_000)))
    })
    const { stopped } = await act(ana, 'user/open', { url: `${site.origin}/long` })
    expect(stopped).toMatchObject({ check: 'no-answer', message: expect.stringContaining('longer than') })
  })

  test('takes no page for HTML that does not say so', async () => {
    await start((server) => {
      server.get('/text', async (_request, reply) => reply.type('text/plain').send(page('No page', '')))
      server.get('/none', async (_request, reply) => reply.send(Buffer.from(page('No page', ''))))
    })
    for (const path of ['text', 'none']) {
      const { outputs } = await act(ana, 'user/open', { url: `${site.origin}/${path}` })
      expect(outputs).toMatchObject({ status: 200, title: '', page: 'other' })
    }
  })
})
