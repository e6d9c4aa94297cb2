/** Action udap/register: registers, modifies or cancels with a signed software statement (guide 3). */
import { Type } from 'typebox'
import { isObject, type Json, type JsonObject } from '../../wire/json.ts'
import { UDAP_VERSION } from '../../wire/udap.ts'
import type { ActionSpec, ActResult } from '../actor.ts'
import type { CallResponse } from '../call.ts'
import { type Check, Refusal, runChecks } from '../checks.ts'
import { bodyOf, checkAnswer, present } from '../client/answer.ts'
import { type Signer, uriOf } from '../client/signer.ts'
import { statementClaims } from '../client/statement.ts'
import { answered } from './awaited.ts'
import { certificationsInput, certificationsOf } from './certification.ts'
import {
  type Client,
  discovered,
  serverLinks,
  signersFor,
  type Target,
  targetInputs,
  targetOf,
} from './client.ts'
import { communityOf, ownCertifications } from './community.ts'
import { keySetUrl } from './key-set.ts'
import { cancelled, registered } from './registered.ts'

const strings = (description: string) => Type.Optional(Type.Array(Type.String(), { description }))
const text = (description: string) => Type.Optional(Type.String({ description }))

export const spec: ActionSpec = {
  title:
    'Registers the client at the authorization server of a FHIR server; again modifies, grant_types: [] cancels.',
  with: Type.Object(
    {
      ...targetInputs,
      grant_types: strings(
        'As in the software statement; [client_credentials] when left out. An empty list cancels the registration.',
      ),
      scope: Type.String({ description: 'Scopes, separated by spaces.' }),
      client_name: text('For people; the name of the actor when left out.'),
      contacts: strings('URIs, at least one mailto:.'),
      redirect_uris: strings('With authorization_code its own redirect URI when left out.'),
      response_types: strings('[code] with authorization_code when left out.'),
      logo_uri: text('With authorization_code the logo of the client when left out.'),
      token_endpoint_auth_method: text('private_key_jwt when left out.'),
      certifications: Type.Optional(certificationsInput),
      parameters: Type.Optional(
        Type.Record(Type.String(), Type.Unknown(), {
          description: 'More parameters beside software_statement; what is signed counts, not they.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  links: serverLinks,
  answer: 'the answer of the registration endpoint; the last one when another certificate was tried',
  outputs: {
    status: 'HTTP status',
    client_id: 'as assigned',
    scope: 'as granted; as asked for when the answer does not say',
    grant_types: 'as registered, when the answer says',
    redirect_uris: 'as registered; as asked for when the answer does not say',
    certifications: 'as accepted, when the answer says',
    error: 'code of a refusal',
    error_description: 'words of a refusal, when there are any',
  },
  awaited: {
    class: 'registration',
    method: 'POST',
    answeredWith: ['registration-response'],
    prompt: 'Let {actor} register with {server}.',
    outputs: answered(
      'client_id',
      'scope',
      'grant_types',
      'redirect_uris',
      'certifications',
      'error',
      'error_description',
    ),
  },
}

interface Attempt {
  signer: Signer
  unapproved: ReadonlySet<string>
}

/** Before anything is sent. */
export const attemptChecks: Check<Attempt>[] = [
  {
    name: 'certificate-not-unapproved',
    refs: ['reg-x21'],
    breaks: ['reg-x21'],
    run({ signer, unapproved }) {
      // UDAP DCR 5.2: not again with the certificate that the server did not approve of.
      if (unapproved.has(signer.leaf)) {
        throw new Refusal(
          'The server answered unapproved_software_statement before, and there is no certificate that it has not seen.',
        )
      }
    },
  },
]

/** The answer of a server that says it registered the client. */
export const registrationChecks: Check<JsonObject>[] = [
  {
    name: 'registration-response',
    refs: ['reg-036'],
    run({ client_id }) {
      if (typeof client_id !== 'string' || client_id === '') {
        throw new Refusal('The server says that it registered the client, but gives no client_id.')
      }
    },
  },
]

export function register(client: Client) {
  const { runtime } = client

  return async (input: JsonObject): Promise<ActResult> => {
    const target = targetOf(client, input)
    const { community, registrationEndpoint } = discovered(target)
    const signers = signersFor(client, community)
    const unapproved = client.unapproved.get(registrationEndpoint) ?? new Set()
    client.unapproved.set(registrationEndpoint, unapproved)
    const untried = signers.filter(({ leaf }) => !unapproved.has(leaf))
    const [first = signers[0]!, ...others] = untried
    await runChecks(attemptChecks, { signer: first, unapproved }, runtime.faults)
    let { signer, answer } = { signer: first, answer: await send(target, first, input) }
    while (bodyOf(answer).error === 'unapproved_software_statement') {
      unapproved.add(signer.leaf)
      // One certificate can be good in two communities: it is not sent again.
      const next = others.find(({ leaf }) => !unapproved.has(leaf))
      if (!next) break
      signer = next
      answer = await send(target, signer, input)
    }
    return finish(target, signer, input, answer)
  }

  async function send(target: Target, signer: Signer, input: JsonObject): Promise<CallResponse> {
    const { registrationEndpoint } = discovered(target)
    const { certifications, parameters } = input
    const uri = uriOf(signer, runtime.context.url)
    const claims = statementClaims(runtime, registrationEndpoint, metadataOf(input), uri)
    const agreed = communityOf(client, target)
    const own = agreed ? ownCertifications(agreed, uri, textsOf(claims.grant_types)) : []
    const certified = certifications ?? (own.length > 0 ? own : undefined)
    const request = {
      ...(isObject(parameters) ? parameters : {}),
      software_statement: await runtime.make('software-statement', signer.draft(claims), signer.sign),
      ...(Array.isArray(certified)
        ? { certifications: await certificationsOf(runtime, signer, certified) }
        : {}),
      udap: UDAP_VERSION,
    }
    return runtime.call({
      method: 'POST',
      url: registrationEndpoint,
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: await runtime.make('registration-request', request, JSON.stringify),
    })
  }

  async function finish(
    { state }: Target,
    signer: Signer,
    input: JsonObject,
    answer: CallResponse,
  ): Promise<ActResult> {
    const body = bodyOf(answer)
    const { status } = answer
    if (status !== 200 && status !== 201) {
      const { error, error_description } = body
      return { outputs: present({ status, error, error_description }), answer: answer.id }
    }
    await checkAnswer(runtime, answer, registrationChecks, body)
    const asked = metadataOf(input)
    const { client_id, grant_types, certifications } = body
    const { scope = asked.scope, redirect_uris = asked.redirect_uris } = body
    const granted = grant_types ?? asked.grant_types
    // 3.4: an empty list of grants confirms that the registration is cancelled. An answer may leave it out.
    if (Array.isArray(granted) && granted.length === 0) cancelled(state)
    else {
      registered(state, {
        clientId: String(client_id),
        scope: String(scope),
        grantTypes: textsOf(granted),
        redirectUris: textsOf(redirect_uris),
        signer,
      })
    }
    const outputs = { status, client_id, scope, grant_types, redirect_uris, certifications }
    return { outputs: present(outputs), answer: answer.id }
  }

  /** What is registered. */
  function metadataOf(input: JsonObject): JsonObject {
    const { grant_types = ['client_credentials'], redirect_uris, response_types, logo_uri } = input
    const code = textsOf(grant_types).includes('authorization_code')
    return present({
      client_name: input.client_name ?? runtime.context.title,
      redirect_uris: redirect_uris ?? (code ? [client.redirectUri] : undefined),
      contacts: input.contacts ?? ['mailto:operator@example.com'],
      logo_uri: logo_uri ?? (code ? client.logo : undefined),
      grant_types,
      response_types: response_types ?? (code ? ['code'] : undefined),
      token_endpoint_auth_method: input.token_endpoint_auth_method ?? 'private_key_jwt',
      scope: input.scope,
      jku: keySetUrl(client),
    })
  }
}

const textsOf = (list: Json | undefined): string[] =>
  Array.isArray(list) ? list.filter((one) => typeof one === 'string') : []
