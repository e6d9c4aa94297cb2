/** What the authorization code will stand for. */
import type { CodeBinding, Grant } from './grants.ts'
import type { Authentication, Interaction } from './interaction.ts'
import { chosenRecord } from './patient.ts'
import { needsRecord } from './person-checks.ts'

export function grantOf(
  interaction: Interaction,
  { allowed, authentication }: { allowed: string[]; authentication: Authentication },
): { grant: Grant; binding: CodeBinding } {
  const { request } = interaction
  const { account, authTimeS, acr, amr } = authentication
  return {
    grant: {
      clientId: request.client.clientId,
      scopes: allowed,
      sub: account.sub,
      authTimeS,
      acr,
      amr,
      nonce: request.nonce,
      context: launchContext(interaction, allowed),
    },
    binding: {
      redirectUri: request.redirectUriSent ? request.redirectUri : undefined,
      codeChallenge: request.codeChallenge,
    },
  }
}

/** SMART App Launch: nothing of it when the person left out all that it is for. */
function launchContext(interaction: Interaction, scopes: string[]): Grant['context'] {
  const { launch } = interaction.request
  const patient = recordFor(interaction, scopes)
  return {
    ...(launch && scopes.includes('launch') ? launch.context : {}),
    ...(patient === undefined ? {} : { patient }),
  }
}

/** The record that these scopes are about, if any. */
export function recordFor(interaction: Interaction, scopes: string[]): string | undefined {
  const inLaunch = interaction.request.launch !== undefined && scopes.includes('launch')
  return needsRecord({ scopes }) || inLaunch ? chosenRecord(interaction) : undefined
}
