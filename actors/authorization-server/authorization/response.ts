/** The authorization response: sends the browser to the client, with a code or an error (RFC 6749 4.1.2). */
import type { FastifyReply } from 'fastify'
import { locationOf, withQuery } from '../../query.ts'
import { describable } from '../answer.ts'
import type { Server } from '../server.ts'
import type { Interaction } from './interaction.ts'
import type { AuthorizationRequest } from './request.ts'

/** Where the answer goes. */
export type Asked = Pick<AuthorizationRequest, 'redirectUri' | 'state'>

export function answerCode(
  server: Server,
  asked: Asked,
  reply: FastifyReply,
  code: string,
): Promise<FastifyReply> {
  return answer(server, asked, reply, { code })
}

/** Nothing is under way for this request, or what was has ended: `endInError`. */
export function answerError(
  server: Server,
  asked: Asked,
  reply: FastifyReply,
  error: string,
  description: string,
): Promise<FastifyReply> {
  return answer(server, asked, reply, { error, error_description: describable(description) })
}

export function endInError(
  server: Server,
  interaction: Interaction,
  reply: FastifyReply,
  error: string,
  description: string,
): Promise<FastifyReply> {
  server.interactions.end(interaction)
  return answerError(server, interaction.request, reply, error, description)
}

async function answer(
  { runtime, issuer }: Server,
  { redirectUri, state }: Asked,
  reply: FastifyReply,
  result: Record<string, string>,
): Promise<FastifyReply> {
  const { issuerInResponse } = runtime.context.spec.parameters.authorize
  const draft: Record<string, string> = {
    ...result,
    ...(state === undefined ? {} : { state }),
    ...(issuerInResponse ? { iss: issuer } : {}),
  }
  const url = await runtime.make('authorization-response', draft, (parameters) =>
    withQuery(redirectUri, parameters),
  )
  return redirect(reply, url)
}

/** What answers a form must not repeat it there (RFC 9700 4.12). */
export function redirect(reply: FastifyReply, url: string): FastifyReply {
  return reply
    .headers({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
    .redirect(locationOf(url), 303)
}
