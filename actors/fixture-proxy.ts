/** For tests: a proxy that takes CONNECT and absolute URLs, and knows where its names really are. */
import { createServer, type IncomingMessage, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'

export interface TestProxy {
  url: string
  /** What it was asked for and carried: `CONNECT as.example:443`, `GET http://ca.example/crl`. */
  carried: string[]
  /** `user:password` that it asks for. */
  credentials: string | undefined
  /** It answers this instead of carrying anything. */
  refuses: number | undefined
  close(): Promise<void>
}

/** @param port of every host that it knows, whatever port it is asked for; all of them are this machine */
export async function startProxy(port: () => number): Promise<TestProxy> {
  const sockets = new Set<{ destroy(): void }>()
  const proxy: TestProxy = {
    url: '',
    carried: [],
    credentials: undefined,
    refuses: undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
  /** Undefined when it is carried. */
  function refusal({ method, url, headers }: IncomingMessage): number | undefined {
    const { credentials, refuses } = proxy
    const shown = headers['proxy-authorization']
    if (credentials !== undefined && shown !== `Basic ${Buffer.from(credentials).toString('base64')}`)
      return 407
    if (refuses === undefined) proxy.carried.push(`${method} ${url}`)
    return refuses
  }
  const challenge = { 'proxy-authenticate': 'Basic realm="proxy"' }
  const server = createServer((asked, answer) => {
    const refused = refusal(asked)
    if (refused !== undefined) {
      answer.writeHead(refused, challenge).end()
      return
    }
    const { pathname, search, host } = new URL(asked.url ?? '')
    const { 'proxy-authorization': _, ...headers } = asked.headers
    const on = request(
      { port: port(), path: pathname + search, method: asked.method, headers: { ...headers, host } },
      (answered) => {
        answer.writeHead(answered.statusCode ?? 502, answered.headers)
        answered.pipe(answer)
      },
    )
    asked.pipe(on)
  })
  server.on('connection', (socket) => sockets.add(socket))
  server.on('connect', (asked, socket) => {
    const refused = refusal(asked)
    if (refused !== undefined) {
      socket.end(
        `HTTP/1.1 ${refused} No\r\nproxy-authenticate: Basic realm="proxy"\r\ncontent-length: 0\r\n\r\n`,
      )
      return
    }
    const on = connect(port(), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      socket.pipe(on).pipe(socket)
    })
    sockets.add(on)
    on.on('error', () => socket.destroy())
    socket.on('error', () => on.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  proxy.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return proxy
}
