/** A request below a FHIR base URL with the access token as Bearer (RFC 6750 2.1). */
import { Type } from 'typebox'
import type { Parameters } from '../../spec/types.ts'
import type { JsonObject } from '../../wire/json.ts'
import type { ActResult } from '../actor.ts'
import type { CallResponse } from '../call.ts'
import { type Check, Refusal, runChecks } from '../checks.ts'
import { missing } from '../input.ts'
import { type AccessToken, type Client, type Target, targetInputs, targetOf } from './client.ts'
import { byClientCredentials } from './client-credentials.ts'
import { contextInputs, otherContext } from './context.ts'
import { byRefreshToken } from './refresh.ts'

/** Inputs of every action that shows the access token. */
export const tokenInputs = {
  ...targetInputs,
  access_token: Type.Optional(
    Type.String({
      description:
        'To show this one, whatever it is worth. When left out: its own, a new one when that has run out.',
    }),
  ),
}

/** Inputs of every fhir/ action. */
export const fhirInputs = { ...tokenInputs, ...contextInputs }

/** Before any data is asked for. */
export const dataChecks: Check<Client>[] = [
  {
    name: 'registered-before-data',
    refs: ['reg-001'],
    breaks: ['reg-001'],
    run({ servers }) {
      const states = [...servers.values()].flatMap(({ byCommunity }) => [...byCommunity.values()])
      if (!states.some(({ registrations }) => registrations !== undefined))
        throw new Refusal('The app has not registered anywhere: nobody could have given it a token.')
    },
  },
]

interface Use {
  target: Target
  input: JsonObject
  parameters: Parameters
}

/** Before the token is used. */
export const useChecks: Check<Use>[] = [
  {
    name: 'token-context',
    refs: ['b2b-063'],
    breaks: ['b2b-063'],
    run({ target: { name, state }, input, parameters }) {
      const asserted = parameters.token.context === 'bound' ? state.token?.asserted : undefined
      const other = asserted && otherContext(input, asserted)
      if (other)
        throw new Refusal(
          `The access token for "${name}" was asked for with ${other}: udap/token gets another one.`,
        )
    },
  },
]

const FHIR_JSON = 'application/fhir+json'

interface FhirRequest {
  url: string
  headers: Record<string, string>
}

interface Renewal {
  client: Client
  target: Target
}

/** Before the token is shown. */
export const renewalChecks: Check<Renewal>[] = [
  {
    name: 'token-renewed',
    refs: [],
    async run({ client, target }) {
      const { token } = target.state
      if (token?.expiresS === undefined || client.runtime.nowS() < token.expiresS) return
      const { answer, outputs } = await renew(client, target, token)
      if (outputs.status === 200) return
      const refusal = new Refusal(
        `The access token has run out, and a new one was refused: ${outputs.error ?? outputs.status}.`,
      )
      refusal.hop = answer
      throw refusal
    },
  },
]

function renew(
  client: Client,
  target: Target,
  { grant, input, refreshToken }: AccessToken,
): Promise<ActResult> {
  if (refreshToken !== undefined) return byRefreshToken(client, target, {})
  // Client credentials have no refresh token (5.2.3): a new one is asked for in the same way.
  if (grant === 'client_credentials') return byClientCredentials(client, target, input)
  throw new Refusal(
    'The access token has run out, and without a refresh token the person must sign in again.',
  )
}

export interface Asked {
  /** GET when left out. */
  method?: string
  /** Below the base URL. */
  relative: string
  /** The body, as text. */
  body?: string
  /** Of the body; FHIR JSON when left out. */
  contentType?: string
}

export const get = (client: Client, input: JsonObject, relative: string) => ask(client, input, { relative })

export async function ask(
  client: Client,
  input: JsonObject,
  { method = 'GET', relative, body, contentType = FHIR_JSON }: Asked,
): Promise<CallResponse> {
  const target = targetOf(client, input)
  await runChecks(dataChecks, client, client.runtime.faults)
  const token = await tokenFor(client, target, input)
  const draft: FhirRequest = {
    url: `${target.peer.url}/${relative}`,
    headers: {
      authorization: `Bearer ${token}`,
      accept: FHIR_JSON,
      ...(body !== undefined && { 'content-type': contentType }),
    },
  }
  const made = await client.runtime.make('fhir-request', draft, (one) => one)
  return client.runtime.call({ ...made, method, ...(body !== undefined && { body }) })
}

/** @param input with tokenInputs, and perhaps what it is for */
export async function tokenFor(client: Client, target: Target, input: JsonObject): Promise<string> {
  const { name, state } = target
  if (typeof input.access_token === 'string') return input.access_token
  if (!state.token)
    throw missing(`There is no access token for "${name}": udap/token gets one; let it succeed first.`)
  const { context, faults } = client.runtime
  await runChecks(useChecks, { target, input, parameters: context.spec.parameters }, faults)
  await runChecks(renewalChecks, { client, target }, client.runtime.faults)
  return state.token.value
}
