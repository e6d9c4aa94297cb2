/** The data set that the server holds: synthetic resources, read once at the start, never changed. */
import { isObject, type Json, type JsonObject } from '../../wire/json.ts'

export const resourceTypes = [
  'Patient',
  'Observation',
  'Condition',
  'MedicationRequest',
  'Encounter',
  'Coverage',
] as const
export type ResourceType = (typeof resourceTypes)[number]

export interface Resource extends JsonObject {
  resourceType: ResourceType
  id: string
}

/** By type and id, in the order of the data. */
export type DataSet = Record<ResourceType, Map<string, Resource>>

const ID = /^[A-Za-z0-9\-.]{1,64}$/

/**
 * @param data a Bundle of any type, or a list of resources
 * @throws when something in it is no resource of a type that is served, or an id comes twice; the message says which
 */
export function readData(data: JsonObject | JsonObject[]): DataSet {
  const set = Object.fromEntries(resourceTypes.map((type) => [type, new Map()])) as DataSet
  for (const [at, one] of resourcesOf(data).entries()) {
    const resource = asResource(one, at)
    const ofType = set[resource.resourceType]
    if (ofType.has(resource.id)) {
      throw new Error(
        `data: ${resource.resourceType}/${resource.id} is there twice; ids are unique within a type.`,
      )
    }
    ofType.set(resource.id, resource)
  }
  return set
}

function resourcesOf(data: JsonObject | JsonObject[]): Json[] {
  if (Array.isArray(data)) return data
  if (data.resourceType !== 'Bundle') throw new Error('data: give a FHIR Bundle or a list of resources.')
  const { entry = [] } = data
  if (!Array.isArray(entry)) throw new Error('data: "entry" of the Bundle is no list.')
  return entry.map((one) => (isObject(one) ? (one.resource ?? null) : null))
}

function asResource(one: Json, at: number): Resource {
  const { resourceType, id } = isObject(one) ? one : {}
  if (!resourceTypes.some((type) => type === resourceType)) {
    const seen = typeof resourceType === 'string' ? `a "${resourceType}"` : 'no resource'
    throw new Error(`data: number ${at + 1} is ${seen}; this server holds only ${resourceTypes.join(', ')}.`)
  }
  if (typeof id !== 'string' || !ID.test(id)) {
    throw new Error(
      `data: number ${at + 1} (${resourceType}) needs an "id" of 1 to 64 letters, digits, "-" or ".".`,
    )
  }
  return one as Resource
}
