import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Bed } from '../../actors/fixture-bed.ts'
import { findChromium } from '../../actors/user/chromium-process.ts'
import { act, startUser } from '../../actors/user/fixture.ts'
import { startSite } from '../../actors/user/fixture-site.ts'
import { walks } from '../../actors/user/fixture-walks.ts'
import { needChromium } from './chromium.ts'

describe('in Chromium', () => {
  needChromium()

  walks('chromium')

  test('does not wait for a page whose scripts never rest', async () => {
    const bed = new Bed()
    const site = await startSite(bed, (server) => {
      const busy = '<h1>Busy</h1><script>onload = () => setTimeout(() => { for (;;); })</script>'
      server.get('/busy', async (_request, reply) => reply.type('text/html').send(busy))
    })
    const ana = await startUser(bed, { peers: site.peers, browser: 'chromium' })
    const { outputs } = await ana.act('user/open', { url: `${site.origin}/busy` }, 5_000)
    expect(outputs).toMatchObject({ url: `${site.origin}/busy`, page: 'other' })
    await bed.close()
  })

  describe('with an output folder', () => {
    const bed = new Bed()
    let folder = ''
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'user-'))
    })
    afterAll(async () => {
      await bed.close()
      await rm(folder, { recursive: true })
    })

    test('keeps a picture of each page', async () => {
      const site = await startSite(bed)
      const ana = await startUser(bed, { peers: site.peers, browser: 'chromium', folder })
      const { outputs } = await act(ana, 'user/sign-in', { url: site.url })
      const names = ['01-sign-in', '02-patient', '03-consent', '04-app']
      expect(outputs.screenshots).toEqual(names.map((name) => `screenshots/c1/ana-${name}.png`))
      for (const path of outputs.screenshots as string[]) {
        expect((await readFile(join(folder, path))).subarray(1, 4).toString()).toBe('PNG')
        expect((await stat(join(folder, path))).mode & 0o077).toBe(0)
      }
    })
  })
})

test('says what to do where there is no Chromium', () => {
  expect(() => findChromium({ CHROMIUM_PATH: '/nowhere/chromium' })).toThrow(
    'there is no Chromium (CHROMIUM_PATH=/nowhere/chromium): install it, set CHROMIUM_PATH, or use browser: http',
  )
})
