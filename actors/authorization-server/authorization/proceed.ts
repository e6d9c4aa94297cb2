/** What comes next in an interaction: a page for the person, or the answer to the client. */
import type { FastifyReply } from 'fastify'
import { Refusal, runChecks } from '../../checks.ts'
import type { Server } from '../server.ts'
import { allowedBy, showConsent } from './consent.ts'
import { grantOf, recordFor } from './grant-of.ts'
import type { Authentication, Interaction } from './interaction.ts'
import { ended } from './interaction-checks.ts'
import { interactionUrl, showError } from './page.ts'
import { mustChoose, showPatients } from './patient.ts'
import { personChecks } from './person-checks.ts'
import { answerCode, endInError, redirect } from './response.ts'
import { signedInBefore } from './session-checks.ts'
import { forgetWhoLeft, showSignIn } from './sign-in.ts'

/** A page, or what is done without one. */
export type Next =
  | { page: () => string }
  | { sendTo: 'identity-provider' }
  | { allowed: string[]; authentication: Authentication }

/** Leads the browser on; the page itself has a URL of its own, so that it can be loaded again. */
export async function proceed(
  server: Server,
  interaction: Interaction,
  reply: FastifyReply,
): Promise<FastifyReply> {
  return ending(server, interaction, reply, async () => {
    const next = await nextOf(server, interaction)
    if ('page' in next) return redirect(reply, interactionUrl(server, interaction.id))
    return finish(server, interaction, reply, next)
  })
}

/** What is done instead of showing a page. */
export async function finish(
  server: Server,
  interaction: Interaction,
  reply: FastifyReply,
  next: Exclude<Next, { page: () => string }>,
): Promise<FastifyReply> {
  if ('sendTo' in next) return server.tiered!.start(interaction, reply)
  await runChecks([ended], { interaction, ending: true }, server.runtime.faults)
  const { request, session } = interaction
  const { allowed: scopes } = next
  server.sessions.allow(session, request.client.clientId, { scopes, record: recordFor(interaction, scopes) })
  const { grant, binding } = grantOf(interaction, next)
  return answerCode(server, request, reply, server.grants.issueCode(grant, binding))
}

/** A refusal is for the client to hear when it says 303, else for the person to read. */
export async function ending(
  server: Server,
  interaction: Interaction | undefined,
  reply: FastifyReply,
  run: () => Promise<FastifyReply>,
): Promise<FastifyReply> {
  try {
    return await run()
  } catch (error) {
    if (!(error instanceof Refusal) || !error.answer) throw error
    const { status, error: code } = error.answer
    if (interaction && status === 303) return endInError(server, interaction, reply, code, error.message)
    return showError(server, reply, { title: 'This page cannot be used.', message: error.message, status })
  }
}

/** @throws Refusal when the client must hear that it does not go on */
export async function nextOf(server: Server, interaction: Interaction): Promise<Next> {
  const { request, signIn } = interaction
  forgetWhoLeft(server, interaction)
  interaction.authentication ??= await signedInBefore(server, interaction)
  const { authentication } = interaction
  if (!authentication) {
    silently(interaction, 'login_required', 'Nobody is signed in who could go on without being asked.')
    return signIn.by === 'idp'
      ? { sendTo: 'identity-provider' }
      : { page: () => showSignIn(server, interaction) }
  }
  const { account } = authentication
  await runChecks(personChecks, { server, request, account }, server.runtime.faults)
  if (mustChoose(interaction, account)) {
    silently(interaction, 'interaction_required', 'The person has to choose a record.')
    return { page: () => showPatients(server, interaction, account) }
  }
  const allowed = await allowedBy(
    server,
    interaction,
    interaction.allowed ?? allowedBefore(server, interaction),
  )
  if (allowed) return { allowed, authentication }
  silently(interaction, 'consent_required', 'The person has not allowed this before.')
  return { page: () => showConsent(server, interaction, account) }
}

/** With `prompt=none` nobody is shown a page (OpenID Connect Core 3.1.2.6). */
function silently({ request }: Interaction, error: string, message: string): void {
  if (request.prompt.includes('none')) throw new Refusal(message, { status: 303, error })
}

/** Everybody is asked each time, but for `prompt=none`, and where the policy says so for that as well. */
function allowedBefore({ sessions, policy }: Server, interaction: Interaction): string[] | undefined {
  const { scopes, client, prompt } = interaction.request
  const before = sessions.allowed(interaction.session, client.clientId)
  if (!before || !prompt.includes('none') || policy.consent === 'each-time') return
  const record = recordFor(interaction, scopes)
  const all = scopes.every((scope) => before.scopes.includes(scope))
  return all && (record === undefined || record === before.record) ? scopes : undefined
}
