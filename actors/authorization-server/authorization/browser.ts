/** Which browser it is: a cookie with an id. What is known about the browser stays at the server. */
import type { FastifyReply, FastifyRequest } from 'fastify'

/** RFC 6265bis 4.1.3.2: only this very host can have set it, over TLS; so nobody plants one before a sign-in. */
const NAME = '__Host-browser'
const ID = /^[A-Za-z0-9_-]{22}$/

/** Undefined when it sent no id, or what cannot be one of ours. */
export function browserOf(request: FastifyRequest): string | undefined {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('=', 2))
  const [, value = ''] = pairs.find(([name]) => name === NAME) ?? []
  return ID.test(value) ? value : undefined
}

/** Lax: it comes with a link from an app or an identity provider, and with no form of theirs. */
export function markBrowser(reply: FastifyReply, browser: string): void {
  reply.header('set-cookie', `${NAME}=${browser}; Path=/; Secure; HttpOnly; SameSite=Lax`)
}
