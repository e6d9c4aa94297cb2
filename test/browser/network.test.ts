/** A user at systems elsewhere: through a proxy, over HTTP/2, from one host to another, to nobody who is not trusted. */
import { createSecureServer } from 'node:http2'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Bed } from '../../actors/fixture-bed.ts'
import { startProxy, type TestProxy } from '../../actors/fixture-proxy.ts'
import { act, startUser } from '../../actors/user/fixture.ts'
import { createTlsRoot, issueTlsCertificate } from '../../certs/tls.ts'
import { needChromium } from './chromium.ts'

const beds: Bed[] = []
let proxy: TestProxy
let roots: string[]
let close: () => void

beforeAll(async () => {
  const root = await createTlsRoot()
  roots = [root.certificate]
  const { chain, key } = await issueTlsCertificate(root, ['as.example', 'pages.example'])
  const server = createSecureServer({ cert: chain, key }, (request, response) => {
    const moved = request.authority === 'as.example'
    response.writeHead(moved ? 302 : 200, {
      'content-type': 'text/html',
      ...(moved && { location: 'https://pages.example/here' }),
    })
    response.end(moved ? '' : `<title>t</title><h1>${request.authority}</h1>`)
  })
  server.on('sessionError', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  proxy = await startProxy(() => (server.address() as AddressInfo).port)
  proxy.credentials = 'user:secret'
  close = () => server.close()
})
afterAll(async () => {
  for (const bed of beds) await bed.close()
  await proxy.close()
  close()
})

async function open(browser: 'http' | 'chromium', trusted: string[]) {
  const bed = new Bed()
  beds.push(bed)
  const url = 'https://as.example'
  const peers = { as: { kind: 'authorization-server' as const, url, endpoints: {}, links: {} } }
  const https = proxy.url.replace('//', '//user:secret@')
  const ways = { tls: { roots: trusted }, proxy: { https, except: 'intranet.example' } }
  const ana = await startUser(bed, { browser, peers, ...ways })
  proxy.carried.length = 0
  const { outputs, stopped } = await act(ana, 'user/open', { url: `${url}/start` })
  return { outputs, stopped, halves: await bed.halves() }
}

describe.each(['http', 'chromium'] as const)('%s', (browser) => {
  if (browser === 'chromium') needChromium()

  test('follows a redirect to another host, through the proxy, each hop at its own', async () => {
    const { outputs, halves } = await open(browser, roots)
    expect(outputs).toMatchObject({ url: 'https://pages.example/here' })
    expect(halves.map(({ request, response }) => [request?.url, response?.status])).toEqual([
      ['https://as.example/start', 302],
      ['https://pages.example/here', 200],
    ])
    expect(halves[1]?.response?.body).toContain('<h1>pages.example</h1>')
    expect(new Set(proxy.carried)).toEqual(new Set(['CONNECT as.example:443', 'CONNECT pages.example:443']))
    expect(JSON.stringify(halves)).not.toMatch(/secret|proxy-auth|":(path|status)"/)
  })

  const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
    all?.some(({ address }) => address === '::1'),
  )
  test.skipIf(!hasIpv6)('goes to [::1], where the machine has it', async () => {
    const root = await createTlsRoot()
    const { chain, key } = await issueTlsCertificate(root, ['[::1]'])
    const server = createServer({ cert: chain, key }, (_, answer) => answer.end('here'))
    await new Promise<void>((resolve) => server.listen(0, '::1', resolve))
    const bed = new Bed()
    beds.push(bed)
    const url = `https://[::1]:${(server.address() as AddressInfo).port}`
    const peers = { as: { kind: 'authorization-server' as const, url, endpoints: {}, links: {} } }
    const ana = await startUser(bed, { browser, peers, tls: { roots: [root.certificate] } })
    expect((await act(ana, 'user/open', { url })).outputs).toMatchObject({ status: 200 })
    server.close()
  })

  test('sends nothing to whom it does not trust, and says why', async () => {
    const { stopped, halves } = await open(browser, [])
    expect(stopped?.message).toMatch(
      /as\.example comes from ".*TLS root", which nobody here trusts: .*--tls-ca/,
    )
    expect(halves.filter(({ response }) => response)).toEqual([])
  })
})
