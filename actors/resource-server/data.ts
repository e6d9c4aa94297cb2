/** The data set that a server holds: synthetic resources, read at the start. */
import { isObject, type Json, type JsonObject } from '../../wire/json.ts'

/** What patients' records are made of. */
export const resourceTypes = [
  'Patient',
  'Observation',
  'Condition',
  'MedicationRequest',
  'Encounter',
  'Coverage',
] as const
/** What a directory lists. */
export const directoryTypes = ['Organization', 'Endpoint'] as const

export type RecordType = (typeof resourceTypes)[number]
export type DirectoryType = (typeof directoryTypes)[number]
export type ResourceType = RecordType | DirectoryType

export interface Resource extends JsonObject {
  resourceType: ResourceType
  id: string
}

/** By type and id, in the order of the data. */
export type DataSet = Record<ResourceType, Map<string, Resource>>

export const ID = /^[A-Za-z0-9\-.]{1,64}$/

/**
 * @param types what this server holds
 * @param data a Bundle of any type, or a list of resources
 * @throws when something in it is no resource of a type that is served, or an id comes twice; the message says which
 */
export function readData(
  data: JsonObject | JsonObject[],
  types: readonly ResourceType[] = resourceTypes,
): DataSet {
  const all = [...resourceTypes, ...directoryTypes]
  const set = Object.fromEntries(all.map((type) => [type, new Map()])) as unknown as DataSet
  for (const [at, one] of resourcesOf(data).entries()) {
    const resource = asResource(one, at, types)
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

function asResource(one: Json, at: number, types: readonly ResourceType[]): Resource {
  const { resourceType, id } = isObject(one) ? one : {}
  if (!types.some((type) => type === resourceType)) {
    const seen = typeof resourceType === 'string' ? `a "${resourceType}"` : 'no resource'
    throw new Error(`data: number ${at + 1} is ${seen}; this server holds only ${types.join(', ')}.`)
  }
  if (typeof id !== 'string' || !ID.test(id)) {
    throw new Error(
      `data: number ${at + 1} (${resourceType}) needs an "id" of 1 to 64 letters, digits, "-" or ".".`,
    )
  }
  return one as Resource
}
