/** Action smart/discover: fetches the SMART configuration of a FHIR server (SMART App Launch, Conformance). */
import { Type } from 'typebox'
import { isObject, isStrings, type JsonObject } from '../../wire/json.ts'
import { SMART_CONFIGURATION_PATH as PATH } from '../../wire/oauth.ts'
import { parseJson } from '../../wire/parse.ts'
import type { ActionSpec, ActResult } from '../actor.ts'
import { type Check, Refusal } from '../checks.ts'
import { checkAnswer, present } from '../client/answer.ts'
import { absoluteHttps } from '../discovery/metadata-subject.ts'
import { answered } from './awaited.ts'
import { type Client, type Discovered, serverInput, serverLinks, serverOf } from './client.ts'

export const spec: ActionSpec = {
  title: 'Fetches the SMART configuration of a FHIR server and compares it with its UDAP metadata.',
  with: Type.Object(serverInput, { additionalProperties: false }),
  links: serverLinks,
  answer: `the answer to GET <base URL>${PATH}`,
  outputs: {
    status: 'HTTP status',
    issuer: 'URL, when there is one; ID tokens and authorization responses must be of it from then on',
    authorization_endpoint: 'URL, when there is one',
    token_endpoint: 'URL',
    capabilities: 'list',
    scopes_supported: 'list, when there is one',
    grant_types_supported: 'list, when there is one',
    code_challenge_methods_supported: 'list, when there is one',
  },
  awaited: {
    class: 'smart-configuration',
    method: 'GET',
    first: true,
    prompt: 'Let {actor} read the SMART configuration of {server}.',
    outputs: answered(
      'issuer',
      'authorization_endpoint',
      'token_endpoint',
      'capabilities',
      'scopes_supported',
      'grant_types_supported',
      'code_challenge_methods_supported',
    ),
  },
}

interface Configuration {
  status: number
  text: string
  configuration: JsonObject
  /** What UDAP metadata said, when udap/discover succeeded. */
  discovered: Discovered | undefined
}

export const smartChecks: Check<Configuration>[] = [
  {
    name: 'smart-status',
    refs: [],
    run({ status }) {
      if (status !== 200) throw new Refusal(`The server answered ${status} instead of 200.`)
    },
  },
  {
    name: 'smart-json',
    refs: [],
    run(subject) {
      const body = parseJson(subject.text)
      if (!isObject(body)) throw new Refusal('The SMART configuration is not one JSON object.')
      subject.configuration = body
    },
  },
  {
    name: 'smart-capabilities',
    refs: [],
    run({ configuration: { capabilities } }) {
      if (!isStrings(capabilities)) throw new Refusal('The SMART configuration has no list of capabilities.')
    },
  },
  {
    name: 'smart-endpoints',
    refs: [],
    run({ configuration: { capabilities, token_endpoint, authorization_endpoint } }) {
      if (!absoluteHttps(token_endpoint))
        throw new Refusal('The token_endpoint of the SMART configuration is no absolute https URL.')
      const isAsked = isStrings(capabilities) && capabilities.some((one) => one.startsWith('launch-'))
      if ((isAsked || authorization_endpoint !== undefined) && !absoluteHttps(authorization_endpoint))
        throw new Refusal('The authorization_endpoint of the SMART configuration is no absolute https URL.')
    },
  },
  {
    // SMART App Launch, Conformance: S256 is there, plain is not.
    name: 'smart-pkce',
    refs: [],
    run({ configuration: { code_challenge_methods_supported: methods } }) {
      if (!isStrings(methods) || !methods.includes('S256') || methods.includes('plain'))
        throw new Refusal('The SMART configuration does not offer PKCE with S256 alone.')
    },
  },
  {
    name: 'smart-same-endpoints',
    refs: ['disc-010', 'disc-x04'],
    breaks: ['disc-010', 'disc-x04'],
    run({ configuration: { token_endpoint, authorization_endpoint }, discovered }) {
      if (!discovered) return
      const [token, authorization] = [discovered.tokenEndpoint, discovered.authorizationEndpoint]
      if (token_endpoint !== token)
        throw new Refusal('The SMART configuration has another token_endpoint than the UDAP metadata.')
      if (
        authorization_endpoint !== undefined &&
        authorization !== undefined &&
        authorization_endpoint !== authorization
      )
        throw new Refusal(
          'The SMART configuration has another authorization_endpoint than the UDAP metadata.',
        )
    },
  },
]

export function smartDiscover(client: Client) {
  const { runtime } = client
  return async (input: JsonObject): Promise<ActResult> => {
    const { peer, server } = serverOf(client, input)
    delete server.issuer
    const answer = await runtime.call({ url: `${peer.url}${PATH}`, headers: { accept: 'application/json' } })
    const { id, status, text } = answer
    const subject: Configuration = { status, text, configuration: {}, discovered: server.last?.discovered }
    await checkAnswer(runtime, answer, smartChecks, subject)
    const { configuration, discovered } = subject
    // The same, unless the check that they are was skipped.
    const { token_endpoint } = configuration
    if (discovered && typeof token_endpoint === 'string') discovered.tokenEndpoint = token_endpoint
    if (typeof configuration.issuer === 'string') server.issuer = configuration.issuer
    const told = Object.keys(spec.outputs).map((name) => [name, configuration[name]])
    return { outputs: present({ ...Object.fromEntries(told), status }), answer: id }
  }
}
