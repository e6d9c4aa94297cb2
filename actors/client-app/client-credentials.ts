/** The client credentials grant: for an organization, without a person who signs in (guide 5.2). */
import type { Community } from '../../spec/community.ts'
import { isObject, type JsonObject } from '../../wire/json.ts'
import { B2B_EXTENSION } from '../../wire/udap.ts'
import type { ActResult } from '../actor.ts'
import { uriOf } from '../client/signer.ts'
import type { Client, Target } from './client.ts'
import { communityOf, furtherObjects, madeExtensions, plainObject } from './community.ts'
import { assertedContext } from './context.ts'
import { registration } from './registered.ts'
import { sendTokenRequest, takeToken } from './token-request.ts'

/** @param input of udap/token; it is kept, so that the next token can be asked for in the same way */
export async function byClientCredentials(
  client: Client,
  target: Target,
  input: JsonObject,
): Promise<ActResult> {
  const { name, spec, url } = client.runtime.context
  const { scope: registered, signer } = await registration(client, target)
  const scope = input.scope ?? (spec.parameters.token.scopeInRequest === 'required' ? registered : undefined)
  const grant = {
    grant_type: 'client_credentials',
    scope: scope === undefined ? undefined : String(scope),
  }
  const given = isObject(input.extensions)
    ? input.extensions
    : byItself(name, communityOf(client, target), uriOf(signer, url), input)
  const object = given[B2B_EXTENSION]
  const asserted = isObject(object) ? { ...object, ...assertedContext(input) } : undefined
  const whole = asserted ? { ...given, [B2B_EXTENSION]: asserted } : given
  const extensions = await madeExtensions(client, whole)
  const answer = await sendTokenRequest(client, target, grant, extensions)
  return takeToken(client, target, answer, { grant: 'client_credentials', input, asserted })
}

/** As long as a scenario does not say. */
function byItself(
  name: string,
  community: Community | undefined,
  uri: string,
  { purpose_of_use: wanted }: JsonObject,
): JsonObject {
  const object = plainObject(name, community, uri)
  const purposes = wanted ?? object.purpose_of_use
  return { [B2B_EXTENSION]: object, ...furtherObjects(community, uri, purposes) }
}
