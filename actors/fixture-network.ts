/** For tests of calls: a caller that records, servers of ours and of Node's, each ended after its test. */
import { once } from 'node:events'
import type { AddressInfo, Server, Socket } from 'node:net'
import { afterEach, expect } from 'vitest'
import { createTlsRoot, issueTlsCertificate } from '../certs/tls.ts'
import type { Context } from './actor.ts'
import { CallFailed, type CallRequest } from './call.ts'
import { runtimeOf } from './fixture.ts'
import { listen, openServer } from './listen.ts'

export const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** A caller, and what it recorded. */
export function caller(context: Partial<Context> = {}) {
  const made = runtimeOf('app', { context })
  ends.push(() => made.runtime.close())
  return {
    halves: made.halves,
    call: (url: string, more: Partial<CallRequest> = {}) => made.runtime.call({ url, ...more }),
  }
}

/** Any server of Node's, on loopback. @returns its port */
export async function opened(server: Server, address = '127.0.0.1'): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
  })
  server.listen(0, address)
  await once(server, 'listening')
  ends.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

export const failure = (made: Promise<unknown>): Promise<CallFailed> =>
  made.then(
    () => expect.unreachable('it was answered'),
    (error: unknown) => {
      expect(error).toBeInstanceOf(CallFailed)
      return error as CallFailed
    },
  )

/** An HTTPS server of ours under names and addresses. */
export async function ours(names: string[], address = '127.0.0.1') {
  const root = await createTlsRoot()
  const tls = { roots: [root.certificate], certificate: await issueTlsCertificate(root, names) }
  const open = await openServer('https', { address })
  const { runtime, halves } = runtimeOf('as', { context: { tls }, server: open.server })
  ends.push(open.close, () => runtime.close())
  await listen(runtime, (app) => {
    app.get('/ok', async () => ({ ok: true }))
  })
  return { roots: tls.roots, port: open.port, halves, settled: () => runtime.settled() }
}
