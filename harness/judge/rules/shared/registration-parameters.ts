/** What is wrong with the registration parameters of a client, as the guide has them (3.1; UDAP DCR 4.4). */
import { isStrings, type Json, type JsonObject } from '../../../../wire/json.ts'
import { withName } from '../../words.ts'
import { isName } from './claims.ts'
import { isForCode, oneFlow, refreshWithCode } from './grants.ts'

/**
 * Name of each bad parameter to what stands there, in words.
 *
 * @param httpRedirects as the policy of the server has it
 */
export function badParameters(parameters: JsonObject, httpRedirects?: Json): Map<string, string> {
  const { client_name, contacts, logo_uri, redirect_uris, response_types, scope } = parameters
  const code = isForCode(parameters)
  const isTaken = (uri: string) => isHttps(uri) || (httpRedirects === 'loopback' && /^http:/i.test(uri))
  const good: Record<string, boolean> = {
    client_name: isName(client_name),
    contacts: isStrings(contacts) && contacts.some((uri) => /^mailto:/i.test(uri)),
    grant_types: oneFlow(parameters) === 'met' && typeof refreshWithCode(parameters) !== 'object',
    token_endpoint_auth_method: parameters.token_endpoint_auth_method === 'private_key_jwt',
    scope: typeof scope === 'string',
    ...(code === true && {
      response_types: isStrings(response_types) && response_types.join(' ') === 'code',
      redirect_uris: isStrings(redirect_uris) && redirect_uris.length > 0 && redirect_uris.every(isTaken),
      logo_uri: typeof logo_uri === 'string' && isHttps(logo_uri),
    }),
    ...(code === false && {
      response_types: isNothing(response_types),
      redirect_uris: isNothing(redirect_uris),
    }),
  }
  const bad = Object.keys(good).filter((name) => !good[name])
  return new Map(bad.map((name) => [name, withName(name, parameters[name])]))
}

const isHttps = (uri: string) => URL.canParse(uri) && new URL(uri).protocol === 'https:'

/** A server may say in this way too that a parameter has no value. */
const isNothing = (value: Json | undefined) =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
