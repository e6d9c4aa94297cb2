/** The client credentials grant: for an organization, without a person who signs in (guide 5.2). */
import { isObject, type JsonObject } from '../../wire/json.ts'
import { B2B_EXTENSION } from '../../wire/udap.ts'
import type { ActResult } from '../actor.ts'
import type { Client, Target } from './client.ts'
import { assertedContext } from './context.ts'
import { registration } from './registered.ts'
import { sendTokenRequest, takeToken } from './token-request.ts'

/** @param input of udap/token; it is kept, so that the next token can be asked for in the same way */
export async function byClientCredentials(
  client: Client,
  target: Target,
  input: JsonObject,
): Promise<ActResult> {
  const { name, spec } = client.runtime.context
  const { scope: registered } = await registration(client, target)
  const scope = input.scope ?? (spec.parameters.token.scopeInRequest === 'required' ? registered : undefined)
  const grant = {
    grant_type: 'client_credentials',
    scope: scope === undefined ? undefined : String(scope),
  }
  const given = isObject(input.extensions) ? input.extensions : plain(name)
  const object = given[B2B_EXTENSION]
  const asserted = isObject(object) ? { ...object, ...assertedContext(input) } : undefined
  const extensions = asserted ? { ...given, [B2B_EXTENSION]: await made(client, asserted) } : given
  const answer = await sendTokenRequest(client, target, grant, extensions)
  return takeToken(client, target, answer, { grant: 'client_credentials', input, asserted })
}

const made = ({ runtime }: Client, object: JsonObject) =>
  runtime.make('extension-object', object, (draft) => draft)

/** Treatment, for an organization whose id is no URL: a URL would have to resolve (5.2.1.1). */
const plain = (organization: string): JsonObject => ({
  [B2B_EXTENSION]: {
    version: '1',
    organization_id: 'urn:example:organization',
    organization_name: organization,
    purpose_of_use: ['urn:oid:2.16.840.1.113883.5.8#TREAT'],
  },
})
