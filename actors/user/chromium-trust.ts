/**
 * Whom a Chromium of the testbed trusts. It cannot be told of a TLS root without changing the machine: its own
 * check is off, and each origin is checked here before anything is sent to it, against the roots of the case.
 */
import { connect } from 'node:tls'
import type { Context } from '../actor.ts'

const TIMEOUT_MS = 5_000

export interface Trust {
  /** Why it is not trusted; undefined when it is. */
  distrust: string | undefined
  version: string
  /** SHA-256 fingerprint of its certificate. */
  peer: string
}

/** Checks each origin once. */
export function createTrust({ tls, addresses }: Context): (url: string) => Promise<Trust> {
  const known = new Map<string, Promise<Trust>>()
  return (url) => {
    const { origin } = new URL(url)
    const asked = known.get(origin) ?? check(origin, tls.roots, addresses)
    known.set(origin, asked)
    return asked
  }
}

async function check(origin: string, roots: string[], addresses: Context['addresses']): Promise<Trust> {
  const { protocol, hostname, port } = new URL(origin)
  const none = { distrust: undefined, version: '', peer: '' }
  if (protocol !== 'https:') return none
  const host = addresses[hostname] ?? (/(^|\.)localhost$/.test(hostname) ? '127.0.0.1' : hostname)
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port || 443), servername: hostname, ca: roots }, () => {
      const peer = socket.getPeerX509Certificate()?.fingerprint256 ?? ''
      resolve({ distrust: undefined, version: socket.getProtocol() ?? '', peer })
      socket.end()
    })
    // Who does not answer at all is no matter of trust: the browser finds that out.
    const notTls = (error: NodeJS.ErrnoException) =>
      error.syscall === 'connect' || error.syscall === 'getaddrinfo'
    socket.once('error', (error: NodeJS.ErrnoException) =>
      resolve(notTls(error) ? none : { ...none, distrust: error.message }),
    )
    socket.setTimeout(TIMEOUT_MS, () => {
      resolve(none)
      socket.destroy()
    })
  })
}
