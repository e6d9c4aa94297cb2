/** What comes next when a person could not be signed in at an identity provider (guide, Tiered OAuth 6.2). */
import type { FastifyReply } from 'fastify'
import type { Refusal } from '../../checks.ts'
import type { Interaction } from '../authorization/interaction.ts'
import { showError } from '../authorization/page.ts'
import { proceed } from '../authorization/proceed.ts'
import { endInError } from '../authorization/response.ts'
import type { Provider } from '../pages/providers.ts'
import type { Server } from '../server.ts'

/** @param refusal without an error code of its own: the provider cannot be used */
export async function notSignedIn(
  server: Server,
  interaction: Interaction,
  reply: FastifyReply,
  refusal: Refusal,
): Promise<FastifyReply> {
  // In another tab, meanwhile.
  if (interaction.ended) return unknownResponse(server, reply)
  const error = refusal.answer?.error ?? 'invalid_idp'
  // It may quote the provider, and goes into a URL.
  const message = refusal.message.slice(0, MAX_LENGTH)
  const { onFailure = 'reject' } = server.with.tiered ?? {}
  const local = server.with.users.length > 0
  const providers = providersOf(server)
  if (error !== 'invalid_idp' || onFailure === 'reject') {
    return endInError(server, interaction, reply, error, message)
  }
  if (onFailure === 'other-idp' && (providers.length > 0 || local)) {
    interaction.signIn = { by: 'choice', providers, local }
    interaction.error = `${NOTICE} Choose another way to sign in.`
  } else if (local) {
    interaction.signIn = { by: 'password' }
    interaction.error = `${NOTICE} Sign in here instead.`
  } else return endInError(server, interaction, reply, error, message)
  return proceed(server, interaction, reply)
}

const MAX_LENGTH = 300

const NOTICE = 'Your identity provider could not be used.'

function providersOf({ with: w, runtime }: Server): Provider[] {
  const names = [...new Set(w.links.map(({ idp }) => idp))]
  return names.flatMap((name) => {
    const peer = runtime.context.peers[name]
    return peer ? [{ issuer: peer.url, label: peer.title ?? name }] : []
  })
}

/** It belongs to no sign-in of this browser: there is nobody to send the person to. */
export function unknownResponse(server: Server, reply: FastifyReply): FastifyReply {
  return showError(server, reply, {
    title: 'No sign-in is under way',
    message: 'What your identity provider sent does not belong to a sign-in that began in this browser.',
    hint: 'Go back to the app and start again.',
  })
}
