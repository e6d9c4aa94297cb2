/** Which browser it is, and who is signed in there: two cookies with ids. What is known about them stays at the server. */
import type { FastifyReply, FastifyRequest } from 'fastify'

/** RFC 6265bis 4.1.3.2: only this very host can have set it, over TLS; so nobody plants one before a sign-in. */
const BROWSER = '__Host-browser'
/** A new one at each sign-in, so that whoever knew the cookies of before is not signed in by them. */
const SESSION = '__Host-session'
const ID = /^[A-Za-z0-9_-]{22}$/

export const browserOf = (request: FastifyRequest) => idIn(request, BROWSER)
export const sessionOf = (request: FastifyRequest) => idIn(request, SESSION)

export const markBrowser = (reply: FastifyReply, browser: string) => mark(reply, BROWSER, browser)
export const markSession = (reply: FastifyReply, session: string) => mark(reply, SESSION, session)

/** Undefined when it sent no id, or what cannot be one of ours. */
function idIn(request: FastifyRequest, cookie: string): string | undefined {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('=', 2))
  const [, value = ''] = pairs.find(([name]) => name === cookie) ?? []
  return ID.test(value) ? value : undefined
}

/** Lax: it comes with a link from an app or an identity provider, and with no form of theirs. */
function mark(reply: FastifyReply, cookie: string, id: string): void {
  reply.header('set-cookie', `${cookie}=${id}; Path=/; Secure; HttpOnly; SameSite=Lax`)
}
