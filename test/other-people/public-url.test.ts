/**
 * `up --public-url`, seen from the outside: whoever comes through what stands in front finds the public addresses
 * alone, in metadata, in certificates and behind them.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { createServer as createHttpServer, request as httpRequest, type RequestListener } from 'node:http'
import { createServer as createHttpsServer, request as httpsRequest } from 'node:https'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CallResponse } from '../../actors/call.ts'
import { Bed } from '../../actors/fixture-bed.ts'
import { validateChain } from '../../certs/chain.ts'
import { freePort } from '../../harness/run/docker/ports.ts'
import type { JsonObject } from '../../wire/json.ts'
import { decodeJwt } from '../../wire/jwt.ts'
import { mainFile, projectFolder, temporaryFolder } from '../cli.ts'

const bed = new Bed()
const folder = temporaryFolder()
const servers: { close(): unknown; closeAllConnections(): void }[] = []
let up: ChildProcess
let publicHolder: string
let publicCa: string
/** URLs that came in from the outside. */
const asked: string[] = []

beforeAll(async () => {
  const [holder, ca, frontHolder, frontCa] = await Promise.all([
    freePort(),
    freePort(),
    freePort(),
    freePort(),
  ])
  publicHolder = `https://hospital.localhost:${frontHolder}`
  publicCa = `http://pki.localhost:${frontCa}`
  const { certificate } = await bed.tls(['hospital.localhost'])
  const { chain: cert, key } = certificate!
  const inFront =
    (front: string, to: number, send: typeof httpRequest): RequestListener =>
    (request, response) => {
      asked.push(front + request.url)
      const { method, headers, url: path } = request
      const options = { port: to, host: '127.0.0.1', method, headers, path, rejectUnauthorized: false }
      const onward = send(options, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      })
      onward.on('error', () => response.writeHead(502).end())
      request.pipe(onward)
    }
  const https = createHttpsServer({ cert, key }, inFront(publicHolder, holder, httpsRequest))
  const http = createHttpServer(inFront(publicCa, ca, httpRequest))
  servers.push(https.listen(frontHolder, '127.0.0.1'), http.listen(frontCa, '127.0.0.1'))
  const args = ['up', 'scenarios/consumer/authorization-code.yaml', '--output-dir', folder.path]
  args.push('--public-url', `holder=${publicHolder}`, '--public-url', `ca=${publicCa}`)
  args.push('--port', `holder=${holder}`, '--port', `ca=${ca}`)
  up = spawn(process.execPath, [mainFile, ...args], {
    cwd: projectFolder,
    env: { ...process.env, NO_COLOR: '1' },
  })
  await said('Ctrl-C stops it.')
}, 60_000)
afterAll(async () => {
  if (up.exitCode === null && up.kill('SIGINT')) await once(up, 'exit')
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
  await bed.close()
  folder[Symbol.dispose]()
})

function said(words: string): Promise<void> {
  let out = ''
  return new Promise((resolve, reject) => {
    const note = (chunk: Buffer) => {
      out += chunk
      if (out.includes(words)) resolve()
    }
    up.stdout?.on('data', note)
    up.stderr?.on('data', note)
    up.on('exit', (code) => reject(new Error(`It ended with ${code}: ${out}`)))
  })
}

const get = (url: string): Promise<CallResponse> => bed.call({ url })

test('metadata names public addresses alone', async () => {
  const metadata = (await get(`${publicHolder}/.well-known/udap`)).json() as JsonObject
  const { header, claims } = decodeJwt(String(metadata.signed_metadata))!
  expect(claims).toMatchObject({ iss: publicHolder, sub: publicHolder })
  for (const name of ['authorization_endpoint', 'token_endpoint', 'registration_endpoint']) {
    expect(metadata[name]).toMatch(new RegExp(`^${publicHolder}/`))
    expect(claims[name]).toBe(metadata[name])
  }
  for (const path of ['openid-configuration', 'smart-configuration', 'oauth-authorization-server']) {
    const { text } = await get(`${publicHolder}/.well-known/${path}`)
    const own = [...text.matchAll(/https?:\/\/[^"/]*localhost[^"/]*/g)].map(([url]) => url)
    expect(new Set(own), path).toEqual(new Set([publicHolder]))
  }
  const leaf = new X509Certificate(Buffer.from((header.x5c as string[])[0]!, 'base64'))
  expect(leaf.subjectAltName).toBe(`URI:${publicHolder}`)
})

test('from the leaf alone, its chain is found and nobody revoked it, by addresses of the public kind only', async () => {
  const metadata = (await get(`${publicHolder}/.well-known/udap`)).json() as JsonObject
  const [leaf] = decodeJwt(String(metadata.signed_metadata))!.header.x5c as string[]
  const root = (await get(`${publicCa}/issuer/root.cer`)).body
  asked.length = 0
  const fetched: string[] = []
  const { path } = await validateChain({
    x5c: [leaf!],
    anchors: [root.toString('base64')],
    at: new Date(),
    revocation: 'hard-fail',
    fetch: async ({ url, ...request }) => {
      fetched.push(url)
      return bed.call({ url, ...request })
    },
  })
  expect(path).toHaveLength(3)
  expect(fetched.length).toBeGreaterThanOrEqual(3)
  for (const url of fetched) expect(url).toMatch(new RegExp(`^${publicCa}/`))
  expect(asked).toEqual(fetched)
  for (const certificate of path.slice(0, 2)) await expectCrl(certificate)
})

/** The other way to ask. */
async function expectCrl(certificate: X509Certificate): Promise<void> {
  const urls = [...certificate.raw.toString('latin1').matchAll(/http:\/\/[\x21-\x7e]+?\.crl/g)].map(
    ([url]) => url,
  )
  expect(urls).toHaveLength(1)
  expect(urls[0]).toMatch(new RegExp(`^${publicCa}/`))
  expect(await get(urls[0]!)).toMatchObject({
    status: 200,
    headers: { 'content-type': 'application/pkix-crl' },
  })
}
