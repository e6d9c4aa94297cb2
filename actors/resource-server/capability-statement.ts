/** GET {base URL}/metadata: what the server really does (FHIR R4 5.2). */
import type { JsonObject } from '../../wire/json.ts'
import { resourceTypes } from './data.ts'
import { searchParameters } from './search-parameters.ts'

export function capabilityStatement(url: string, date: Date): JsonObject {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: date.toISOString(),
    kind: 'instance',
    fhirVersion: '4.0.1',
    format: ['json'],
    implementation: { description: 'FHIR server of a test system, with synthetic data', url },
    rest: [
      {
        mode: 'server',
        security: {
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
        resource: resourceTypes.map((type) => ({
          type,
          interaction: [{ code: 'read' }, { code: 'search-type' }],
          searchParam: Object.entries(searchParameters[type]).map(([name, parameter]) => ({
            name,
            type: parameter.type,
          })),
        })),
      },
    ],
  }
}

const coded = (system: string, code: string, text: string) => ({ coding: [{ system, code }], text })
