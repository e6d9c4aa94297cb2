/**
 * The start page: sends the browser of a person who opens it to where the app wants to be authorized; `?idp=` names the
 * identity provider that the person has already (guide 6.1).
 */
import { setTimeout } from 'node:timers/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { decodeForm } from '../../wire/form.ts'
import { locationOf, queryOf } from '../query.ts'
import { beginAuthorization } from './authorization-request.ts'
import { type Client, type Target, targetOf } from './client.ts'
import { sendPage, startRefusedPage } from './pages.ts'
import { current } from './registered.ts'

export const START_PATH = '/start'

/** A person may be quicker than the registration that they have heard of. */
const WAIT_MS = 5_000
const LOOK_MS = 20

export function start(client: Client) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const { idp } = decodeForm(queryOf(request.url))
    const target = await registered(client)
    if (!target) return sendPage(reply, 404, startRefusedPage(client.runtime.context.title))
    const input = typeof idp === 'string' ? { idp } : {}
    const { url } = await beginAuthorization(client, target, input)
    return reply
      .code(302)
      .headers({ location: locationOf(url), 'cache-control': 'no-store' })
      .send()
  }
}

/** The server where it registered for persons, as soon as there is one. */
async function registered(client: Client): Promise<Target | undefined> {
  for (const until = Date.now() + WAIT_MS; Date.now() < until; await setTimeout(LOOK_MS)) {
    for (const [name, { last }] of client.servers) {
      const isFor = last?.discovered?.authorizationEndpoint !== undefined
      if (isFor && current(last)?.grantTypes.includes('authorization_code'))
        return targetOf(client, { server: name })
    }
  }
  return undefined
}
