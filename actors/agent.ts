/** The connections of one actor: name look-up, trust, and what is known of each connection's TLS. */
import { lookup as dnsLookup, type LookupAddress, type LookupOptions } from 'node:dns'
import { isIP } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { Agent, buildConnector, request } from 'undici'
import type { Phase } from '../wire/hop.ts'
import type { Runtime } from './runtime.ts'

/** Until a connection stands, until headers come, between two pieces of a body. */
const TIMEOUT_MS = 10_000
/** That a connection is kept for another request, when its server would keep it longer. */
export const IDLE_MS = 4_000
const MAX_HEADER_BYTES = 32 * 1024

/** An agent of its own for each actor, so that no connection and no trust is shared between actors. */
export function createAgent(runtime: Runtime) {
  const { tls, addresses } = runtime.context
  const tlsFacts = new Map<string, { version: string; peer: string }>()
  const phases = new WeakMap<object, Phase>()
  // curl and Chromium resolve *.localhost by themselves (RFC 6761 6.3), Node does not.
  function lookup(
    host: string,
    options: LookupOptions,
    callback: (
      error: NodeJS.ErrnoException | null,
      address: string | LookupAddress[],
      family?: number,
    ) => void,
  ): void {
    const known = addresses[host] ?? (/(^|\.)localhost$/.test(host) ? '127.0.0.1' : host)
    if (!isIP(known)) {
      dnsLookup(known, options, (error, address, family) => {
        if (error) phases.set(error, 'dns')
        callback(error, address, family)
      })
      return
    }
    if (options.all) callback(null, [{ address: known, family: isIP(known) }])
    else callback(null, known, isIP(known))
  }
  const connector = buildConnector({ ca: tls.roots, lookup, timeout: TIMEOUT_MS })
  const agent = new Agent({
    connect: (options, callback) => {
      connector(options, (...result) => {
        const [error, socket] = result
        if (error && !phases.has(error)) phases.set(error, connectPhase(error))
        if (socket && options.protocol === 'https:') {
          const secure = socket as TLSSocket
          const peer = secure.getPeerX509Certificate()?.fingerprint256 ?? ''
          tlsFacts.set(`https://${options.host ?? options.hostname}`, {
            version: secure.getProtocol() ?? '',
            peer,
          })
        }
        callback(...result)
      })
    },
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
    keepAliveMaxTimeout: IDLE_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
  })
  return {
    request: (url: URL, options: Omit<NonNullable<Parameters<typeof request>[1]>, 'dispatcher'>) =>
      request(url, { ...options, dispatcher: agent }),
    close: () => agent.close(),
    tlsOf: (origin: string) => tlsFacts.get(origin),
    phaseOf: (error: unknown, answered: boolean): Phase =>
      (typeof error === 'object' && error !== null ? phases.get(error) : undefined) ??
      (answered ? 'body' : 'headers'),
  }
}

function connectPhase(error: NodeJS.ErrnoException): Phase {
  const early = error.syscall === 'connect' || error.code === 'UND_ERR_CONNECT_TIMEOUT'
  return early ? 'connect' : 'tls'
}
