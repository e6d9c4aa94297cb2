/** FHIR requests are handed on to the server behind, each with a token of the intermediary's own for the same purpose. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isObject, type Json, type JsonObject } from '../../wire/json.ts'
import type { Server } from '../authorization-server/server.ts'
import { CallFailed } from '../call.ts'
import { Refusal } from '../checks.ts'
import { bodyOf } from '../client/answer.ts'
import type { Asked } from '../client-app/fhir-request.ts'
import { queryOf } from '../query.ts'
import { formOf, jsonOf } from '../resource-server/body.ts'
import { describeClinical } from '../resource-server/clinical.ts'
import type { Resources } from '../resource-server/create.ts'
import { ID, type RecordType, resourceTypes } from '../resource-server/data.ts'
import type { Guard } from '../resource-server/guard.ts'
import { MATCH_PATH } from '../resource-server/match-operation.ts'
import { sendOutcome } from '../resource-server/outcome.ts'
import { responses } from '../resource-server/response.ts'
import type { Paths } from '../resource-server/routes.ts'
import type { Runtime } from '../runtime.ts'
import { type Behind, Denied, Unusable } from './behind.ts'

/** @param base of the server behind */
export const forwarding =
  (runtime: Runtime, behind: Behind, base: string) =>
  (guard: Guard, { accessTokens }: Server): Resources => {
    const { url } = runtime.context
    const { send } = responses(runtime)

    const handOn =
      (asked: (request: FastifyRequest) => Asked) =>
      async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
        const { token, claims } = guard.admission(request)
        const purpose = { scope: String(claims.scope), extensions: accessTokens.assertedOf(token) ?? {} }
        try {
          const answer = await behind.ask(asked(request), purpose)
          const body = bodyOf(answer)
          if (typeof body.resourceType !== 'string') throw new Unusable('its answer is no FHIR resource')
          return await send(reply, asHere(body, base, url), answer.status)
        } catch (error) {
          if (error instanceof Denied)
            return sendOutcome(reply, 403, `The server behind does not allow this: ${error.message}.`)
          if (error instanceof Unusable || error instanceof Refusal || error instanceof CallFailed)
            return sendOutcome(reply, 502, `The server behind cannot be used: ${wordsOf(error)}.`)
          throw error
        }
      }

    const ofType = (type: RecordType): Paths => ({
      [`/${type}`]: {
        GET: {
          before: guard.before(type, 'search'),
          handle: handOn((request) => ({ relative: withQuery(type, request) })),
        },
      },
      [`/${type}/_search`]: {
        POST: {
          before: guard.before(type, 'search'),
          handle: handOn((request) => ({
            method: 'POST',
            relative: withQuery(`${type}/_search`, request),
            body: formOf(request) ?? '',
            contentType: 'application/x-www-form-urlencoded',
          })),
        },
      },
      [`/${type}/:id`]: {
        GET: {
          before: guard.before(type, 'read'),
          handle: async (request, reply) => {
            const { id = '' } = request.params as { id?: string }
            // Two dots would lead to another path behind.
            if (!ID.test(id) || /^\.+$/.test(id))
              return sendOutcome(reply, 404, `There is no ${type} with this id.`)
            return handOn(() => ({ relative: `${type}/${id}` }))(request, reply)
          },
        },
      },
    })
    const match: Paths = {
      [MATCH_PATH]: {
        POST: {
          before: guard.before('Patient', 'search'),
          handle: handOn((request) => ({
            method: 'POST',
            relative: MATCH_PATH.slice(1),
            body: JSON.stringify(jsonOf(request) ?? null),
          })),
        },
      },
    }
    return {
      paths: Object.assign({}, ...resourceTypes.map(ofType), match),
      described: describeClinical(),
    }
  }

const withQuery = (path: string, { url }: FastifyRequest) => {
  const query = queryOf(url)
  return query === '' ? path : `${path}?${query}`
}

const wordsOf = (error: Error) => error.message.replace(/\.$/, '')

/** Links of a Bundle lead here again: with a token from here nobody is let in behind. */
function asHere(body: JsonObject, base: string, url: string): JsonObject {
  if (body.resourceType !== 'Bundle') return body
  const moved = (list: Json | undefined, name: string) =>
    Array.isArray(list) ? list.map((one) => (isObject(one) ? { ...one, ...at(one, name) } : one)) : undefined
  const at = (one: JsonObject, name: string) => {
    const text = one[name]
    return typeof text === 'string' && text.startsWith(`${base}/`)
      ? { [name]: url + text.slice(base.length) }
      : {}
  }
  const { link, entry } = body
  return {
    ...body,
    ...(Array.isArray(link) && { link: moved(link, 'url')! }),
    ...(Array.isArray(entry) && { entry: moved(entry, 'fullUrl')! }),
  }
}
