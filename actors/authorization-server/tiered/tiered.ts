/** Tiered OAuth: persons sign in at the identity provider that they already have (guide, Tiered OAuth 6). */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { CallFailed } from '../../call.ts'
import { Refusal, runChecks } from '../../checks.ts'
import { logo } from '../../client/logo.ts'
import { believedChecks } from '../../client/metadata.ts'
import { newCodeVerifier } from '../../pkce.ts'
import { sessionOf } from '../authorization/browser.ts'
import type { Authentication, Interaction } from '../authorization/interaction.ts'
import { proceed } from '../authorization/proceed.ts'
import { redirect } from '../authorization/response.ts'
import { signedIn } from '../authorization/sign-in.ts'
import type { Server } from '../server.ts'
import { authenticationRequest } from './authentication-request.ts'
import { exchangeCode, tokenResponseChecks } from './code-exchange.ts'
import { notSignedIn, unknownResponse } from './failure.ts'
import { idTokenChecks, idTokenSubject } from './id-token.ts'
import { createPendingSignIns, type Pending } from './pending.ts'
import { personChecks, personHere } from './person.ts'
import { findProvider, providerChecks } from './provider.ts'
import { createRegistrations, registrationResponseChecks } from './registrations.ts'
import { LostClient, providerResponse, responseChecks } from './response-checks.ts'
import { nameOf, userinfoChecks } from './userinfo.ts'

export interface Tiered {
  /** Sends the browser to the identity provider that `signIn` says; when it cannot be used, what `onFailure` says comes next. */
  start(interaction: Interaction, reply: FastifyReply): Promise<FastifyReply>
  routes(app: FastifyInstance): void
}

/** In the order in which they run. */
export const tieredChecks = [
  ...believedChecks,
  ...providerChecks,
  ...registrationResponseChecks,
  ...responseChecks,
  ...tokenResponseChecks,
  ...idTokenChecks,
  ...personChecks,
  ...userinfoChecks,
]

/** Undefined when `with` has no `tiered`. @throws when there is no certificate to sign with */
export function createTiered(server: Server): Tiered | undefined {
  const { runtime, signers, with: w } = server
  const { name } = runtime.context
  if (!w.tiered) return undefined
  if (signers.length === 0) {
    throw new Error(
      `${name} is a client of identity providers (tiered), but has no certificate: give it "certificate: { from: … }".`,
    )
  }
  const registrations = createRegistrations(server)
  const signIns = createPendingSignIns()
  const { pkce } = runtime.context.spec.parameters.authorize

  async function start(interaction: Interaction, reply: FastifyReply, again = false) {
    const idp = interaction.signIn.by === 'idp' ? interaction.signIn.idp : ''
    try {
      const provider = await findProvider(server, idp)
      const pending: Pending = {
        state: runtime.id(),
        nonce: runtime.id(),
        codeVerifier: pkce === 'required' ? newCodeVerifier(runtime.id) : undefined,
        clientId: await registrations.clientId(provider),
        provider,
        interaction,
        again,
        sentS: runtime.nowS(),
      }
      signIns.add(pending)
      return redirect(reply, await authenticationRequest(server, pending))
    } catch (error) {
      return notSignedIn(server, interaction, reply, asRefusal(error))
    }
  }

  async function callback(request: FastifyRequest, reply: FastifyReply) {
    const response = providerResponse(server, signIns, request)
    try {
      await runChecks(responseChecks, response, runtime.faults)
      const { pending, parameters } = response
      if (!pending) return unknownResponse(server, reply)
      const authentication = await authenticate(pending, parameters.get('code') ?? '')
      pending.interaction.session = sessionOf(request)
      signedIn(server, pending.interaction, authentication, reply)
      return proceed(server, pending.interaction, reply)
    } catch (error) {
      const refusal = asRefusal(error)
      const { pending } = response
      if (!pending) return unknownResponse(server, reply)
      const { interaction, again } = pending
      if (refusal instanceof LostClient && !again && (await isLost(pending))) {
        return start(interaction, reply, true)
      }
      return notSignedIn(server, interaction, reply, refusal)
    }
  }

  /** Registers again: a client that gets the client_id that it has was not lost, but did something wrong (3.4). */
  async function isLost({ provider, clientId }: Pending): Promise<boolean> {
    await registrations.forget(provider, clientId)
    try {
      return (await registrations.clientId(provider)) !== clientId
    } catch (error) {
      asRefusal(error)
      return false
    }
  }

  /** Who it is, as the provider says, if it is to be believed and somebody is known here by that name. */
  async function authenticate(pending: Pending, code: string): Promise<Authentication> {
    const { accessToken, idToken } = await exchangeCode(server, pending, code)
    const subject = idTokenSubject(server, pending, idToken, accessToken)
    await runChecks(idTokenChecks, subject, runtime.faults)
    const { claims } = subject
    const { issuer } = pending.provider
    const idp = { issuer, sub: String(claims.sub) }
    const account = await personHere(server, idp.issuer, idp.sub)
    const theirName = await nameOf(server, issuer, claims, accessToken)
    return {
      // Only a link by subject leaves it to the provider to know their name.
      account: {
        ...account,
        ...(theirName && account.claims.name === undefined ? { title: theirName } : {}),
      },
      authTimeS: typeof claims.auth_time === 'number' ? Math.floor(claims.auth_time) : runtime.nowS(),
      acr: typeof claims.acr === 'string' ? claims.acr : undefined,
      amr: Array.isArray(claims.amr) ? claims.amr.map(String) : undefined,
      idp,
    }
  }

  return {
    start: (interaction, reply) => start(interaction, reply),
    routes(app) {
      logo(app, runtime)
      app.get(new URL(server.endpoints.callback).pathname, callback)
    },
  }
}

/** A provider that does not answer is one that cannot be used. */
function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  if (error instanceof CallFailed) return new Refusal(error.message)
  throw error
}
