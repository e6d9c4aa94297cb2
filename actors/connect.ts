/** One connection: name look-up, TCP, the way through a proxy, TLS. Who fails says how far it had come. */
import { lookup as dnsLookup, type LookupAddress, type LookupOptions } from 'node:dns'
import { isIP, connect as netConnect, type Socket } from 'node:net'
import { type DetailedPeerCertificate, type TLSSocket, connect as tlsConnect } from 'node:tls'
import type { Phase } from '../wire/hop.ts'
import type { Context } from './actor.ts'
import { hostOf, isLocalName, nameOf, portOf, proxyFor } from './proxy.ts'
import { distrust, secureContextOf } from './roots.ts'
import { openTunnel } from './tunnel.ts'

/** For each step of it. */
const STEP_MS = 10_000
/** Until the next address of a name is tried: the first may be far away. */
const NEXT_ADDRESS_MS = 1_000
/** Where *.localhost is: of the two some developers' servers have only the other one. */
const LOOPBACK = ['127.0.0.1', '::1']

/** How far an exchange had come, and why not further. */
export class ExchangeFailed extends Error {
  readonly phase: Phase
  readonly code: string

  constructor(phase: Phase, code: string, message: string, cause?: unknown) {
    super(message, { cause })
    this.phase = phase
    this.code = code
  }
}

export interface TlsFacts {
  version: string
  /** SHA-256 fingerprint of its certificate. */
  peer: string
}

export interface Connector {
  /** @throws ExchangeFailed */
  open(origin: URL): Promise<Socket>
  /** How far the youngest connection to an origin has come that does not stand yet. */
  phaseOf(origin: string): Phase | undefined
  /** Of the youngest connection to an origin. */
  tlsOf(origin: string): TlsFacts | undefined
  /** Ends what does not stand yet. */
  close(): void
}

export type Way = Pick<Context, 'tls' | 'addresses' | 'proxy'>

export function createConnector(context: Way, stepMs = STEP_MS): Connector {
  const late = (what: string) => `${what} within ${stepMs / 1000} s`
  const facts = new Map<string, TlsFacts>()
  const sessions = new Map<string, Buffer>()
  const phases = new Map<string, Phase>()
  const opening = new Set<Socket>()
  const { proxy: proxies } = context
  const proxyOrigins = [proxies?.https, proxies?.http].map((url) => url && new URL(url).origin)

  async function open(url: URL): Promise<Socket> {
    const { origin, protocol } = url
    const report = (phase: Phase) => void phases.set(origin, phase)
    const isProxy = proxyOrigins.includes(origin)
    const proxy = isProxy || protocol === 'http:' ? undefined : proxyFor(context, url)
    try {
      const plain = await (proxy ? through(proxy, url, report) : tcp(url, report))
      return protocol === 'https:' ? await secured(url, plain, isProxy, report) : plain
    } finally {
      phases.delete(origin)
    }
  }

  async function through(proxy: URL, url: URL, report: (phase: Phase) => void): Promise<Socket> {
    let socket: Socket
    try {
      const plain = await tcp(proxy, report)
      socket = proxy.protocol === 'https:' ? await secured(proxy, plain, true, report) : plain
    } catch (error) {
      const { phase, code, message } = error as ExchangeFailed
      throw new ExchangeFailed(phase, code, `the proxy ${nameOf(proxy)} cannot be reached: ${message}`, error)
    }
    report('connect')
    opening.add(socket)
    try {
      return await openTunnel(socket, proxy, `${url.hostname}:${portOf(url)}`, stepMs)
    } catch (error) {
      const { code = 'ERROR', message } = error as NodeJS.ErrnoException
      throw new ExchangeFailed('connect', code, message, error)
    } finally {
      opening.delete(socket)
    }
  }

  function tcp(url: URL, report: (phase: Phase) => void): Promise<Socket> {
    const direct = context.addresses[`${url.hostname}:${portOf(url)}`]
    const to = direct === undefined ? url : new URL(`http://${direct}`)
    const host = hostOf(to)
    let phase: Phase = 'connect'
    const comeTo = (next: Phase) => {
      phase = next
      report(next)
    }
    comeTo(isIP(host) ? 'connect' : 'dns')
    const socket = netConnect({
      host,
      port: portOf(to),
      lookup: (name, options, callback) =>
        lookUp(name, options, (error, ...found) => {
          if (!error) comeTo('connect')
          callback(error, ...found)
        }),
      noDelay: true,
      keepAlive: true,
      autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_MS,
    })
    return standing(socket, 'connect', (error) => {
      if (!error) return new ExchangeFailed(phase, 'TIMEOUT', late(`${url.host} took no connection`))
      return new ExchangeFailed(phase, error.code ?? 'ERROR', reasonOf(error), error)
    })
  }

  async function secured(
    url: URL,
    plain: Socket,
    isProxy: boolean,
    report: (phase: Phase) => void,
  ): Promise<TLSSocket> {
    const { origin } = url
    const host = hostOf(url)
    const session = sessions.get(origin)
    report('tls')
    const socket = tlsConnect({
      socket: plain,
      host,
      servername: isIP(host) ? '' : host,
      secureContext: secureContextOf(context.tls),
      // Somebody else may have HTTP/2 alone; absolute URLs, as a proxy is asked by, HTTP/2 has not.
      ALPNProtocols: isProxy ? ['http/1.1'] : ['http/1.1', 'h2'],
      ...(session && { session }),
    })
    socket.on('session', (one) => void sessions.set(origin, one))
    // While it is there: a socket that is ended for its certificate has none.
    let shown: DetailedPeerCertificate | undefined
    socket.prependOnceListener('secure', () => {
      shown = socket.getPeerCertificate(true)
    })
    await standing(socket, 'secureConnect', (error) => {
      if (!error)
        return new ExchangeFailed('tls', 'TIMEOUT', late(`${url.host} did not end the TLS handshake`))
      const { code = 'ERROR' } = error
      return new ExchangeFailed('tls', code, distrust(code, host, shown) ?? reasonOf(error), error)
    })
    facts.set(origin, { version: socket.getProtocol() ?? '', peer: shown?.fingerprint256 ?? '' })
    return socket
  }

  /** @param failure of an error, or of none in time */
  function standing<S extends Socket>(
    socket: S,
    event: 'connect' | 'secureConnect',
    failure: (error?: NodeJS.ErrnoException) => ExchangeFailed,
  ): Promise<S> {
    opening.add(socket)
    const { promise, resolve, reject } = Promise.withResolvers<S>()
    const timer = setTimeout(() => socket.destroy(failure()), stepMs)
    const settle = () => {
      clearTimeout(timer)
      opening.delete(socket)
    }
    socket.once(event, () => resolve(socket))
    // It stays: an error may come before anybody else listens.
    socket.on('error', (error) => reject(error instanceof ExchangeFailed ? error : failure(error)))
    return promise.finally(settle)
  }

  // curl and Chromium resolve *.localhost by themselves (RFC 6761 6.3), Node does not.
  function lookUp(host: string, options: LookupOptions, callback: LookedUp): void {
    const known = context.addresses[host] ?? (isLocalName(host) ? LOOPBACK : host)
    const [first, ...others] = [known].flat() as [string, ...string[]]
    const all = [first, ...others].map((address) => ({ address, family: isIP(address) }))
    if (!isIP(first)) dnsLookup(first, options, callback)
    else if (options.all) callback(null, all)
    else callback(null, first, isIP(first))
  }

  return {
    open,
    phaseOf: (origin) => phases.get(origin),
    tlsOf: (origin) => facts.get(origin),
    close: () => {
      for (const socket of opening) socket.destroy(new ExchangeFailed('aborted', 'CLOSED', 'it was given up'))
    },
  }
}

type LookedUp = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void

/** OpenSSL's messages name its source files; its reason is the part for people. Several addresses: what each said. */
function reasonOf(error: NodeJS.ErrnoException & { reason?: string; errors?: Error[] }): string {
  const all = error.errors?.map(({ message }) => message)
  return error.reason ?? (all ? [...new Set(all)].join('; ') : error.message)
}
