/** What the browser brings back from an identity provider, check by check (guide, Tiered OAuth 6.2). */
import type { FastifyRequest } from 'fastify'
import { type Check, Refusal } from '../../checks.ts'
import { queryOf } from '../../query.ts'
import { browserOf } from '../authorization/browser.ts'
import type { Server } from '../server.ts'
import { denied, mixedUp, untrusted } from './outcome.ts'
import type { Pending, PendingSignIns } from './pending.ts'

export interface ProviderResponse {
  server: Server
  signIns: PendingSignIns
  browser: string
  /** Parameters with a value; undefined for one that came more than once. */
  parameters: Map<string, string | undefined>
  /** The sign-in that it is about; undefined while nobody knows. */
  pending: Pending | undefined
}

export function providerResponse(
  server: Server,
  signIns: PendingSignIns,
  request: FastifyRequest,
): ProviderResponse {
  const parameters = new Map<string, string | undefined>()
  for (const [name, value] of new URLSearchParams(queryOf(request.url))) {
    if (value !== '') parameters.set(name, parameters.has(name) ? undefined : value)
  }
  return { server, signIns, browser: browserOf(request) ?? '', parameters, pending: undefined }
}

const underWay = ({ server: { interactions } }: ProviderResponse, pending: Pending | undefined) =>
  pending && !pending.interaction.ended && !interactions.expired(pending.interaction) ? pending : undefined

/** The provider does not know the client_id any more (RFC 6749 4.1.2.1, 5.2). */
export const isLostClient = (error: unknown) => error === 'invalid_client' || error === 'unauthorized_client'

/** Thrown when another registration may help. */
export class LostClient extends Refusal {}

export const responseChecks: Check<ProviderResponse>[] = [
  {
    name: 'tiered-response-state',
    refs: ['tier-019', 'tier-020'],
    breaks: ['tier-019', 'tier-020', 'gen-027'],
    run(subject) {
      const { signIns, browser, parameters } = subject
      subject.pending = underWay(subject, signIns.take(parameters.get('state'), browser))
      if (subject.pending) return
      subject.pending = underWay(subject, signIns.takeLast(browser))
      mixedUp('The state that came back from the identity provider is not the one that was sent.')
    },
  },
  {
    name: 'tiered-response-issuer',
    refs: [],
    run({ parameters, pending }) {
      // RFC 9207 2.4
      if (pending && parameters.has('iss') && parameters.get('iss') !== pending.provider.issuer) {
        untrusted('The answer names another issuer than the identity provider that was asked.')
      }
    },
  },
  {
    name: 'tiered-response-error',
    refs: ['tier-021', 'tier-x08'],
    breaks: ['tier-021', 'tier-x08'],
    run({ parameters }) {
      if (!parameters.has('error')) return
      const error = parameters.get('error')
      const message = `The identity provider did not sign the person in${error ? `: ${error}` : ''}.`
      if (isLostClient(error)) throw new LostClient(message, { status: 303, error: 'access_denied' })
      denied(message)
    },
  },
  {
    name: 'tiered-response-code',
    refs: ['tier-022'],
    run({ parameters }) {
      if (!parameters.get('code')) untrusted('The identity provider sent no code.')
    },
  },
]
