/** What the directory lists, and who attested what of it. */
import type { JsonObject } from '../../wire/json.ts'
import type { Context, Peer } from '../actor.ts'
import { Kept } from '../kept.ts'
import { type DataSet, directoryTypes, type Resource, readData } from '../resource-server/data.ts'
import type { Store } from '../store.ts'

/** So that no flood of attestations fills the memory. */
export const MAX_ATTESTED = 1000

interface Attested {
  resource: Resource
  /** client_id of who attested it. */
  by: string
}

export interface Listing {
  data: DataSet
  /** Undefined of what nobody attested: it was there from the start. */
  attestedBy(name: string): string | undefined
  isFull(): boolean
  put(resource: Resource, by: string): void
}

export function createListing(
  context: Context,
  { members, data: given = [] }: { members: string[]; data?: JsonObject | JsonObject[] },
  state: Store | undefined,
): Listing {
  const data = readData(given, directoryTypes)
  const attested = new Kept<Attested>(state, 'attested')
  const list = (resource: Resource) => data[resource.resourceType].set(resource.id, resource)
  for (const name of members) for (const one of memberOf(name, context.peers[name])) list(one)
  for (const [, { resource }] of attested.entries()) list(resource)
  return {
    data,
    attestedBy: (name) => attested.get(name)?.by,
    isFull: () => attested.size >= MAX_ATTESTED,
    put(resource, by) {
      attested.set(`${resource.resourceType}/${resource.id}`, { resource, by })
      list(resource)
    },
  }
}

/** The organization that runs a server, and where the server is. */
function memberOf(id: string, { title = id, url = '' }: Partial<Peer> = {}): Resource[] {
  return [
    {
      resourceType: 'Organization',
      id,
      identifier: [{ system: 'urn:ietf:rfc:3986', value: url }],
      active: true,
      name: title,
      endpoint: [{ reference: `Endpoint/${id}` }],
    },
    {
      resourceType: 'Endpoint',
      id,
      status: 'active',
      connectionType: { system: CONNECTION_TYPES, code: FHIR_REST },
      name: title,
      managingOrganization: { reference: `Organization/${id}` },
      payloadType: [{ text: 'any' }],
      address: url,
    },
  ]
}

const CONNECTION_TYPES = 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type'
const FHIR_REST = 'hl7-fhir-rest'
