/** GET {base URL}/metadata: what the server really does (FHIR R4 5.2). */
import type { JsonObject } from '../../wire/json.ts'
import type { Runtime } from '../runtime.ts'
import { type AuthorizationServer, Unavailable } from './authorization-server.ts'
import type { ResourceType } from './data.ts'
import { searchParameters } from './search-parameters.ts'

/** @param resources what there is of it (rest.resource) */
export function capabilityStatement(
  runtime: Runtime,
  authorizationServer: AuthorizationServer,
  resources: JsonObject[],
) {
  const { url } = runtime.context
  const date = runtime.now().toISOString()
  return async () => statement(url, date, await oauthUris(authorizationServer), resources)
}

/** One type of resource, with what can be done with it beside `more`. */
export function describeType(type: ResourceType, interactions: string[], more: JsonObject = {}): JsonObject {
  return {
    type,
    interaction: interactions.map((code) => ({ code })),
    searchParam: Object.entries(searchParameters[type]).map(([name, parameter]) => ({
      name,
      type: parameter.type,
    })),
    ...more,
  }
}

function statement(url: string, date: string, oauth: JsonObject[], resource: JsonObject[]): JsonObject {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date,
    kind: 'instance',
    fhirVersion: '4.0.1',
    format: ['json'],
    implementation: { description: 'FHIR server of a test system, with synthetic data', url },
    rest: [
      {
        mode: 'server',
        security: {
          ...(oauth.length > 0 ? { extension: oauth } : {}),
          service: [
            coded(
              'http://terminology.hl7.org/CodeSystem/restful-security-service',
              'OAuth',
              'OAuth 2.0 with SMART scopes',
            ),
            coded(
              'http://fhir.udap.org/CodeSystem/capability-rest-security-service',
              'UDAP',
              'OAuth 2.0 with UDAP',
            ),
          ],
        },
        resource,
      },
    ],
  }
}

const coded = (system: string, code: string, text: string) => ({ coding: [{ system, code }], text })

const OAUTH_URIS = 'http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris'

/** Where apps look that know no smart-configuration; left out while the authorization server cannot be asked. */
async function oauthUris({ endpoints, metadata }: AuthorizationServer): Promise<JsonObject[]> {
  const described = await metadata().catch((error: unknown) => {
    if (error instanceof Unavailable) return undefined
    throw error
  })
  const { authorization, token, registration } = described?.endpoints ?? {}
  if (!described?.grantTypes.includes('authorization_code') || !authorization) return []
  const { introspection, revocation } = endpoints
  const uris = {
    authorize: authorization,
    token,
    register: registration,
    introspect: introspection,
    revoke: revocation,
  }
  const known = Object.entries(uris).flatMap(([url, valueUri]) => (valueUri ? [{ url, valueUri }] : []))
  return [{ url: OAUTH_URIS, extension: known }]
}
