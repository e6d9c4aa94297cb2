/** Sends pages: what all those of an interaction have in common, and the page for what cannot go on. */
import type { FastifyReply } from 'fastify'
import { pageHeaders } from '../../html.ts'
import { errorPage } from '../pages/error.ts'
import type { Question } from '../pages/question.ts'
import type { Server } from '../server.ts'
import type { Interaction } from './interaction.ts'

/** The form goes to the page's own URL. */
export function questionOf(server: Server, { id, csrf, request, error }: Interaction): Question {
  const { client, redirectUri } = request
  return {
    site: siteOf(server),
    action: interactionUrl(server, id),
    csrf,
    app: {
      name: client.name,
      uri: client.uri,
      ...(client.logoUri === undefined ? {} : { logo: client.logoUri }),
      redirectUri,
    },
    ...(error === undefined ? {} : { error }),
  }
}

export const interactionUrl = ({ endpoints }: Server, id: string) => `${endpoints.interaction}/${id}`

/** A form may lead to the client, to an identity provider and from there to another client, and further. */
export function showPage(reply: FastifyReply, status: number, page: string): FastifyReply {
  return reply.code(status).headers(pageHeaders).send(page)
}

export interface Problem {
  message: string
  status?: number
  title?: string
  hint?: string
}

const TITLE = 'You cannot be sent back to the app.'
const HINT = 'Close this page and open the app again. If that does not help, tell those who made the app.'

export function showError(
  server: Server,
  reply: FastifyReply,
  { message, status = 400, title = TITLE, hint = HINT }: Problem,
): FastifyReply {
  return showPage(reply, status, errorPage({ site: siteOf(server), title, message, hint }))
}

export const siteOf = ({ runtime }: Server): string => runtime.context.title
