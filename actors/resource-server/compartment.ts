/**
 * Whose record a resource is in. Of the elements that FHIR R4 names for the Patient compartment only those that
 * say whom a resource is about: who took part in the care of somebody else does not thereby read of it.
 */
import { isObject } from '../../wire/json.ts'
import type { Resource, ResourceType } from './data.ts'
import { valuesIn } from './search-parameters.ts'

/** Of Patient it is the resource itself; what a directory lists is nobody's record. */
const about: Partial<Record<ResourceType, string>> = {
  Observation: 'subject',
  Condition: 'subject',
  MedicationRequest: 'subject',
  Encounter: 'subject',
  Coverage: 'beneficiary',
}

/** @param base own base URL: an absolute reference to another server names none of its patients */
export function isOf(patient: string, resource: Resource, base: string): boolean {
  const { resourceType, id } = resource
  if (resourceType === 'Patient') return id === patient
  const element = resource[about[resourceType] ?? '']
  const reference = isObject(element) ? element.reference : undefined
  return typeof reference === 'string' && patientIn(reference, base) === patient
}

/** `Patient/p1`, the same as an absolute URL, or of one version. Not `#p1` (contained) and no `urn:`. */
export function patientIn(reference: string, base: string): string | undefined {
  const relative = reference.startsWith(`${base}/`) ? reference.slice(base.length + 1) : reference
  return /^Patient\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/.exec(relative)?.[1]
}

/** The patients whom a search names as those that it is about. */
export function patientsNamed(type: ResourceType, query: URLSearchParams, base: string): string[] {
  const subject = about[type]
  const names = type === 'Patient' ? ['_id'] : subject === undefined ? [] : ['patient', subject]
  const values = [...new Set(names)].flatMap((name) => query.getAll(name))
  return values
    .flatMap(valuesIn)
    .flatMap((value) => (value.includes('/') ? (patientIn(value, base) ?? []) : value))
}
