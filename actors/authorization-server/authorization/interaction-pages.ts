/** The pages of an interaction: shown at its URL, answered by a form that comes back there. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Check, runChecks } from '../../checks.ts'
import { formText, mediaType } from '../request.ts'
import type { Server } from '../server.ts'
import { browserOf, sessionOf } from './browser.ts'
import { consentChecks, takeConsent } from './consent.ts'
import type { Interaction } from './interaction.ts'
import { formChecks, pageChecks, type Visit } from './interaction-checks.ts'
import { showError, showPage } from './page.ts'
import { patientChecks, takePatient } from './patient.ts'
import { denied, personChecks } from './person-checks.ts'
import { ending, finish, nextOf, proceed } from './proceed.ts'
import { sessionChecks } from './session-checks.ts'
import { takePassword, takeProvider } from './sign-in.ts'

/** Of all that comes to an interaction. */
export const interactionChecks: Check<never>[] = [
  ...formChecks,
  ...sessionChecks,
  ...personChecks,
  ...patientChecks,
  ...consentChecks,
]

export function interactionPage(server: Server) {
  return (request: FastifyRequest, reply: FastifyReply) => {
    const visit = visitOf(server, request)
    return ending(server, visit.interaction, reply, async () => {
      await runChecks(pageChecks, visit, server.runtime.faults)
      const { interaction } = visit
      if (!interaction) return showError(server, reply, NOTHING)
      interaction.session = sessionOf(request)
      const next = await nextOf(server, interaction)
      return 'page' in next ? showPage(reply, 200, next.page()) : finish(server, interaction, reply, next)
    })
  }
}

export function interactionForm(server: Server) {
  return (request: FastifyRequest, reply: FastifyReply) => {
    const visit = visitOf(server, request)
    return ending(server, visit.interaction, reply, async () => {
      await runChecks(formChecks, visit, server.runtime.faults)
      const { interaction } = visit
      if (!interaction) return showError(server, reply, NOTHING)
      interaction.session = sessionOf(request)
      interaction.error = undefined
      await take(server, interaction, visit.form, reply)
      return proceed(server, interaction, reply)
    })
  }
}

/** Behind a skipped check only. */
const NOTHING = { status: 404, message: 'There is no such page.' }

function visitOf(server: Server, request: FastifyRequest): Visit {
  const { id } = request.params as { id: string }
  return {
    server,
    interaction: server.interactions.find(id),
    browser: browserOf(request),
    mediaType: mediaType(request),
    form: new URLSearchParams(formText(request)),
  }
}

/** A form that is not due, such as one that the back button brought up again, counts all the same: it is they. */
async function take(
  server: Server,
  interaction: Interaction,
  form: URLSearchParams,
  reply: FastifyReply,
): Promise<void> {
  if (form.get('decision') === 'deny') throw denied('The person refused.')
  switch (form.get('step')) {
    case 'sign-in':
      return takePassword(server, interaction, form, reply)
    case 'provider':
      return takeProvider(interaction, form)
    case 'patient':
      return takePatient(server, interaction, form)
    case 'consent':
      return takeConsent(interaction, form)
  }
}
