/** Registers this server as a client of identity providers (guide, Tiered OAuth 6.2): once with each, and remembered. */
import type { JsonObject } from '../../../wire/json.ts'
import { UDAP_VERSION } from '../../../wire/udap.ts'
import { BOUNDED, type CallResponse } from '../../call.ts'
import type { Check } from '../../checks.ts'
import { bodyOf, checkAnswer } from '../../client/answer.ts'
import { statementClaims } from '../../client/statement.ts'
import { Kept } from '../../kept.ts'
import type { Server } from '../server.ts'
import { untrusted } from './outcome.ts'
import { IDP_SCOPES, type Provider, signerOf } from './provider.ts'

export interface Registrations {
  /** The client_id at this provider. Who asks while it is being registered waits for the same one. @throws Refusal, CallFailed */
  clientId(provider: Provider): Promise<string>
  /** The provider does not know this client_id any more. */
  forget(provider: Provider, clientId: string): Promise<void>
}

interface Answer {
  status: number
  body: JsonObject
}

export const registrationResponseChecks: Check<Answer>[] = [
  {
    name: 'tiered-registration-status',
    refs: ['tier-010', 'tier-012'],
    run({ status, body: { error } }) {
      if (status === 200 || status === 201) return
      const code = typeof error === 'string' ? ` (${error})` : ''
      untrusted(`The identity provider answered ${status}${code} to the registration.`)
    },
  },
  {
    name: 'tiered-registration-client-id',
    refs: ['reg-036', 'tier-012'],
    run({ body: { client_id } }) {
      if (typeof client_id !== 'string' || client_id === '') {
        untrusted('The identity provider gives no client_id.')
      }
    },
  },
]

export function createRegistrations(server: Server): Registrations {
  const { runtime } = server
  const kept = new Kept<string>(runtime.host.state, 'registered-at')
  const registering = new Map<string, Promise<string>>()

  async function register(provider: Provider): Promise<string> {
    const answer = await send(provider)
    const body = bodyOf(answer)
    await checkAnswer(runtime, answer, registrationResponseChecks, { status: answer.status, body })
    return String(body.client_id)
  }

  async function send(provider: Provider): Promise<CallResponse> {
    const { registrationEndpoint } = provider
    const { title } = runtime.context
    const claims = statementClaims(runtime, registrationEndpoint, {
      client_name: title,
      redirect_uris: [server.endpoints.callback],
      contacts: ['mailto:operator@example.com'],
      logo_uri: server.endpoints.logo,
      grant_types: ['authorization_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'private_key_jwt',
      scope: IDP_SCOPES.join(' '),
    })
    const request = {
      software_statement: await signerOf(server, provider).sign('software-statement', claims),
      udap: UDAP_VERSION,
    }
    return runtime.call({
      ...BOUNDED,
      method: 'POST',
      url: registrationEndpoint,
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: await runtime.make('registration-request', request, JSON.stringify),
    })
  }

  /** One that failed is not remembered: the next sign-in tries again. */
  async function registered(key: string, provider: Provider): Promise<string> {
    try {
      const clientId = await register(provider)
      kept.set(key, clientId)
      return clientId
    } finally {
      registering.delete(key)
    }
  }

  return {
    async clientId(provider) {
      const key = keyOf(provider)
      const known = kept.get(key)
      if (known !== undefined) return known
      const first = registering.get(key) ?? registered(key, provider)
      registering.set(key, first)
      return first
    },
    async forget(provider, clientId) {
      const key = keyOf(provider)
      // Not one that somebody else has got in the meantime.
      if (kept.get(key) === clientId) kept.delete(key)
    },
  }
}

/** A registration belongs to a community (3.4). */
const keyOf = ({ issuer, registrationEndpoint, community }: Provider) =>
  JSON.stringify([issuer, registrationEndpoint, community ?? null])
