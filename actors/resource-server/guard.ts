/** Lets in who has an access token that allows what is asked for, before the body is read. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { JsonObject } from '../../wire/json.ts'
import { type Check, runChecks } from '../checks.ts'
import type { Runtime } from '../runtime.ts'
import type { AuthorizationServer } from './authorization-server.ts'
import type { ResourceType } from './data.ts'
import { responses } from './response.ts'
import type { Interaction, Permission } from './scopes.ts'
import type { TokenSubject } from './token-checks.ts'

/** What the token of a request says. */
export interface Admission {
  token: string
  claims: JsonObject
  /** What it allows of the interaction. */
  permissions: Permission[]
}

export interface Guard {
  /** What runs before an interaction with one type of resource. */
  before(
    type: ResourceType,
    interaction: Interaction,
  ): (request: FastifyRequest, reply: FastifyReply) => Promise<void>
  /** Of a request that was let in. */
  admission(request: FastifyRequest): Admission
}

export function createGuard(
  runtime: Runtime,
  authorizationServer: AuthorizationServer,
  tokenChecks: Check<TokenSubject>[],
): Guard {
  const { refuse } = responses(runtime)
  const admitted = new WeakMap<FastifyRequest, Admission>()
  return {
    before: (type, interaction) => async (request, reply) => {
      const subject: TokenSubject = {
        authorization: request.headers.authorization ?? '',
        audience: runtime.context.url,
        authorizationServer,
        nowS: runtime.nowS(),
        type,
        interaction,
        token: '',
        header: {},
        claims: {},
        permissions: [],
      }
      try {
        await runChecks(tokenChecks, subject, runtime.faults)
        const { token, claims, permissions } = subject
        admitted.set(request, { token, claims, permissions })
      } catch (error) {
        await refuse(reply, error)
      }
    },
    admission: (request) => admitted.get(request) ?? { token: '', claims: {}, permissions: [] },
  }
}
