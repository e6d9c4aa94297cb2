/** CONNECT: has a proxy carry a connection on (RFC 9110 9.3.6). */
import { request } from 'node:http'
import type { Socket } from 'node:net'
import { nameOf } from './proxy.ts'

export class ProxyRefused extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/**
 * @param to the proxy, connected
 * @param target host and port
 * @throws ProxyRefused; what breaks the connection to the proxy
 */
export function openTunnel(to: Socket, proxy: URL, target: string, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const asked = request({
      createConnection: () => to,
      method: 'CONNECT',
      path: target,
      headers: { host: target, ...credentialsFor(proxy) },
      setDefaultHeaders: false,
    })
    const late = setTimeout(() => {
      asked.destroy(
        new ProxyRefused(
          'TIMEOUT',
          `the proxy ${nameOf(proxy)} did not connect to ${target} within ${timeoutMs / 1000} s`,
        ),
      )
    }, timeoutMs)
    asked.once('error', (error) => {
      clearTimeout(late)
      reject(error)
    })
    asked.once('connect', ({ statusCode = 0 }, socket: Socket, early: Buffer) => {
      clearTimeout(late)
      if (statusCode >= 200 && statusCode < 300) {
        if (early.length > 0) socket.unshift(early)
        return resolve(socket)
      }
      socket.destroy()
      reject(refused(proxy, statusCode, `to ${target}`))
    })
    asked.end()
  })
}

export const credentialsFor = ({ username, password }: URL): Record<string, string> =>
  username === '' && password === ''
    ? {}
    : {
        'proxy-authorization': `Basic ${Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64')}`,
      }

/** What a proxy answered instead of carrying a request. */
export function refused(proxy: URL, status: number, where: string): ProxyRefused {
  const name = `the proxy ${nameOf(proxy)}`
  const why =
    status === 407
      ? proxy.username === ''
        ? `${name} asks for a user name and a password (407): write them into its URL, as http://user:password@proxy.example:8080`
        : `${name} does not take the user name and the password of its URL (407)`
      : status >= 500
        ? `${name} did not get through ${where} (${status})`
        : `${name} does not let us through ${where} (${status})`
  return new ProxyRefused(`PROXY_${status}`, why)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
