/**
 * The management port of what is up: status for people and machines, and whether it lives. It gives no orders, and
 * never shares a protocol port. On loopback whoever is on this machine may read; elsewhere who shows the token.
 */
import { timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, BlockList, isIP } from 'node:net'
import { pageHeaders } from '../../actors/html.ts'
import { toPem } from '../../certs/tls.ts'
import type { HopLine } from './hop-lines.ts'
import type { Recent } from './recent.ts'
import type { Status } from './status.ts'
import { anchorsPath, statusPage, TLS_ROOT_PATH } from './status-page.ts'

export interface Managing {
  address: string
  /** 0 for a free one. */
  port: number
  /** Needed unless the address is loopback. */
  token?: string | undefined
  status(): Status
  /** Whether all actors are up; false again when the end has come. */
  ready(): boolean
  recent: Recent
}

export interface Managed {
  port: number
  close(): Promise<void>
}

/** Who reads slower than hops come is let go. */
const MAX_BEHIND_BYTES = 1024 * 1024

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

export const isLoopback = (address: string): boolean =>
  isIP(address) !== 0 && loopback.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')

export async function manage(managing: Managing): Promise<Managed> {
  const server = createServer({ requestTimeout: 10_000, maxHeaderSize: 16 * 1024 }, (request, response) => {
    const { status, headers, body, follow } = answerTo(managing, request)
    response.writeHead(status, headers)
    if (follow && request.method === 'GET') followed(managing.recent, response, body)
    else response.end(body)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(managing.port, managing.address, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

interface Answer {
  status: number
  headers: Record<string, string>
  body: string
  /** More comes, as it happens. */
  follow?: true
}

function answerTo(managing: Managing, { method, url: target = '', headers }: IncomingMessage): Answer {
  const url = URL.parse(target, 'http://management')
  if (!url) return text(400, 'This is no path.')
  if (method !== 'GET' && method !== 'HEAD')
    return text(405, 'There is only GET here.', { allow: 'GET, HEAD' })
  const { pathname, searchParams } = url
  if (pathname === '/healthz') return text(200, 'ok')
  if (pathname === '/readyz') return managing.ready() ? text(200, 'ready') : text(503, 'not ready')
  if (managing.token !== undefined) {
    if (!shows(managing.token, headers.authorization))
      return text(401, 'Show the token, as Bearer or as the password.', {
        'www-authenticate': 'Basic realm="UDAP testbed"',
      })
  } else if (!isOurs(headers.host)) {
    // A page of anywhere may have its name resolve to this machine.
    return text(421, 'Nobody here has this host name.')
  }
  if (pathname === '/hops') return hops(managing.recent, searchParams.has('follow'))
  return managing.ready() ? ofStatus(pathname, managing.status()) : text(503, 'not ready')
}

function ofStatus(pathname: string, status: Status): Answer {
  if (pathname === '/') return { status: 200, headers: pageHeaders, body: statusPage(status) }
  if (pathname === '/status')
    return { status: 200, headers: typed('application/json'), body: `${JSON.stringify(status, null, 2)}\n` }
  if (pathname === TLS_ROOT_PATH) return pem(status.tlsRoot)
  for (const { name, anchors } of status.actors) {
    for (const [community, certificates] of Object.entries(anchors)) {
      if (pathname === anchorsPath(name, community))
        return pem(certificates.map((one) => toPem(Buffer.from(one, 'base64'))).join(''))
    }
  }
  return text(404, 'There is nothing here.')
}

const hops = (recent: Recent, follows: boolean): Answer => ({
  status: 200,
  headers: typed('application/x-ndjson'),
  body: recent.lines().map(ndjson).join(''),
  ...(follows && { follow: true }),
})

const ndjson = (line: HopLine) => `${JSON.stringify(line)}\n`

/** The last ones have gone; now those that come, as they come. */
function followed(recent: Recent, response: ServerResponse, last: string): void {
  response.flushHeaders()
  if (last !== '') response.write(last)
  const end = recent.follow((line) => {
    response.write(ndjson(line))
    if (response.writableLength > MAX_BEHIND_BYTES) response.destroy()
  })
  // Enough follow already.
  if (!end) response.end()
  else response.on('close', end)
}

function shows(token: string, header = ''): boolean {
  const [, scheme = '', value = ''] = /^(Bearer|Basic) +(\S+)$/i.exec(header) ?? []
  // A browser asks for a name and a password: the name is anybody's.
  const given = /^basic$/i.test(scheme)
    ? Buffer.from(value, 'base64')
        .toString()
        .replace(/^[^:]*:/, '')
    : value
  const [one, other] = [Buffer.from(given), Buffer.from(token)]
  return one.length === other.length && timingSafeEqual(one, other)
}

function isOurs(host = ''): boolean {
  const name = URL.parse(`http://${host}`)?.hostname.replace(/^\[|\]$/g, '') ?? ''
  return name === 'localhost' || isLoopback(name)
}

const typed = (type: string) => ({ 'content-type': type, 'cache-control': 'no-store' })

const text = (status: number, words: string, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { ...typed('text/plain; charset=utf-8'), ...headers },
  body: `${words}\n`,
})

const pem = (body: string): Answer => ({ status: 200, headers: typed('application/x-pem-file'), body })
