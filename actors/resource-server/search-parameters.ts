/** The search parameters that are supported, and how a value of each type matches (FHIR R4 3.1.1.4). */
import { isObject, type Json, type JsonObject } from '../../wire/json.ts'
import type { Resource, ResourceType } from './data.ts'

export type Matches = (resource: Resource) => boolean

/** A value that cannot be read; the message goes to the client. */
export class BadSearch extends Error {}

export interface SearchParameter {
  type: 'token' | 'string' | 'date' | 'reference'
  /** @param base own base URL. @throws BadSearch when one value (escapes still in it) cannot be read */
  read(value: string, base: string): Matches
  /** Of a reference: what it leads to on this server, as `Type/id`. */
  targets?(resource: Resource, base: string): string[]
}

const id = token((resource) => [{ code: resource.id }])
const identifier = token((resource) =>
  objectsAt(resource, 'identifier').map(({ system, value }) => ({ system, code: value })),
)
const subject = reference('Patient', 'subject')
const beneficiary = reference('Patient', 'beneficiary')
const category = concept('category')
/** An element of type `code`, which names no system. */
const status = token((resource) => valuesAt(resource, 'status').map((code) => ({ code })))

export const searchParameters: Record<ResourceType, Record<string, SearchParameter>> = {
  Patient: {
    _id: id,
    identifier,
    name: string((resource) =>
      ['family', 'given', 'prefix', 'suffix', 'text'].flatMap((part) => valuesAt(resource, 'name', part)),
    ),
    family: string((resource) => valuesAt(resource, 'name', 'family')),
    given: string((resource) => valuesAt(resource, 'name', 'given')),
    birthdate: date((resource) => valuesAt(resource, 'birthDate').map((day) => period(day, day))),
    gender: token((resource) => valuesAt(resource, 'gender').map((code) => ({ code }))),
  },
  Observation: {
    _id: id,
    patient: subject,
    subject,
    code: concept('code'),
    category,
    status,
    date: date((resource) => [
      ...times(resource, 'effectiveDateTime'),
      ...periods(resource, 'effectivePeriod'),
    ]),
  },
  Condition: {
    _id: id,
    patient: subject,
    subject,
    code: concept('code'),
    category,
    'clinical-status': concept('clinicalStatus'),
    'verification-status': concept('verificationStatus'),
    'onset-date': date((resource) => [
      ...times(resource, 'onsetDateTime'),
      ...periods(resource, 'onsetPeriod'),
    ]),
  },
  MedicationRequest: {
    _id: id,
    patient: subject,
    subject,
    code: concept('medicationCodeableConcept'),
    category,
    status,
    intent: token((resource) => valuesAt(resource, 'intent').map((code) => ({ code }))),
    authoredon: date((resource) => times(resource, 'authoredOn')),
  },
  Encounter: {
    _id: id,
    patient: subject,
    subject,
    type: concept('type'),
    class: token((resource) => objectsAt(resource, 'class')),
    status,
    date: date((resource) => periods(resource, 'period')),
  },
  Coverage: {
    _id: id,
    identifier,
    patient: beneficiary,
    beneficiary,
    type: concept('type'),
    status,
  },
  Organization: {
    _id: id,
    identifier,
    name: string((resource) => [...valuesAt(resource, 'name'), ...valuesAt(resource, 'alias')]),
    active: token((resource) =>
      valuesAt(resource, 'active').map((value) => ({
        code: typeof value === 'boolean' ? `${value}` : value,
      })),
    ),
    type: concept('type'),
    partof: reference('Organization', 'partOf'),
    endpoint: reference('Endpoint', 'endpoint'),
  },
  Endpoint: {
    _id: id,
    identifier,
    name: string((resource) => valuesAt(resource, 'name')),
    status,
    organization: reference('Organization', 'managingOrganization'),
    'connection-type': token((resource) => objectsAt(resource, 'connectionType')),
    'payload-type': concept('payloadType'),
  },
}

/**
 * Any of the values, with commas between them; undefined when there is none.
 * @throws BadSearch
 */
export function matcher({ read }: SearchParameter, values: string, base: string): Matches | undefined {
  const any = valuesIn(values).map((one) => read(one, base))
  return any.length === 0 ? undefined : (resource) => any.some((matches) => matches(resource))
}

/** Escapes stay. */
export const valuesIn = (values: string): string[] => splitUnescaped(values, ',').filter((one) => one !== '')

/** The codings of an element of type CodeableConcept. */
function concept(name: string): SearchParameter {
  return token((resource) => objectsAt(resource, name, 'coding'))
}

interface Coded {
  system?: Json | undefined
  code?: Json | undefined
}

/** `code`, `system|code`, `|code` (without system) or `system|`. */
function token(codesOf: (resource: Resource) => Coded[]): SearchParameter {
  return {
    type: 'token',
    read: (value) => {
      const [first = '', second, ...more] = splitUnescaped(value, '|').map(unescaped)
      if (more.length > 0) throw new BadSearch('A token is written as code, system|code, |code or system|.')
      const system = second === undefined ? undefined : first
      const code = second === undefined ? first : second
      const fits = (one: Coded) =>
        (system === undefined || (system === '' ? one.system === undefined : one.system === system)) &&
        (code === '' || one.code === code)
      return (resource) => codesOf(resource).some(fits)
    },
  }
}

/** Starts with the value, case and accents aside. */
function string(textsOf: (resource: Resource) => Json[]): SearchParameter {
  return {
    type: 'string',
    read: (value) => {
      const wanted = plain(unescaped(value))
      return (resource) =>
        textsOf(resource).some((text) => typeof text === 'string' && plain(text).startsWith(wanted))
    },
  }
}

const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

/** An id, `Type/id`, or the absolute URL of a resource on this server. */
function reference(type: ResourceType, element: string): SearchParameter {
  const referencesOf = (resource: Resource) => valuesAt(resource, element, 'reference')
  return {
    type: 'reference',
    read: (value, base) => {
      const written = unescaped(value)
      const relative = written.startsWith(`${base}/`) ? written.slice(base.length + 1) : written
      const wanted = relative.includes('/') ? relative : `${type}/${relative}`
      return (resource) => referencesOf(resource).some((one) => one === wanted || one === `${base}/${wanted}`)
    },
    targets: (resource, base) =>
      referencesOf(resource)
        .filter((one) => typeof one === 'string')
        .map((one) => (one.startsWith(`${base}/`) ? one.slice(base.length + 1) : one)),
  }
}

/** Half-open, in milliseconds. */
interface Period {
  start: number
  end: number
}

const compare: Record<string, (wanted: Period, has: Period) => boolean> = {
  eq: (wanted, has) => wanted.start <= has.start && has.end <= wanted.end,
  ne: (wanted, has) => has.start < wanted.start || wanted.end < has.end,
  lt: (wanted, has) => has.start < wanted.start,
  gt: (wanted, has) => has.end > wanted.end,
  le: (wanted, has) => has.start < wanted.end,
  ge: (wanted, has) => has.end > wanted.start,
  sa: (wanted, has) => has.start >= wanted.end,
  eb: (wanted, has) => has.end <= wanted.start,
}

/** A prefix and a time of any precision; the precision is the period that is meant (FHIR R4 3.1.1.4.7). */
function date(periodsOf: (resource: Resource) => (Period | undefined)[]): SearchParameter {
  return {
    type: 'date',
    read: (value) => {
      const [, prefix = 'eq', time = ''] = /^([a-z]{2})?(.*)$/s.exec(value) ?? []
      const fits = Object.hasOwn(compare, prefix) ? compare[prefix] : undefined
      const wanted = period(time, time)
      if (!fits || !wanted) {
        const prefixes = Object.keys(compare).join(', ')
        throw new BadSearch(
          `A date is written as 2024, 2024-05, 2024-05-01 or 2024-05-01T10:00:00Z, after one of ${prefixes} or nothing.`,
        )
      }
      return (resource) => periodsOf(resource).some((has) => has !== undefined && fits(wanted, has))
    },
  }
}

const times = (resource: Resource, name: string) => valuesAt(resource, name).map((time) => period(time, time))

const periods = (resource: Resource, name: string) =>
  objectsAt(resource, name).map(({ start, end }) => period(start, end))

const TIME =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}:\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/

/** From the start of one FHIR dateTime to the end of another; one that is absent is open. */
function period(from: Json | undefined, to: Json | undefined): Period | undefined {
  const start = from === undefined ? -Infinity : span(from)?.start
  const end = to === undefined ? Infinity : span(to)?.end
  return start === undefined || end === undefined ? undefined : { start, end }
}

function span(text: Json): Period | undefined {
  const [whole, year, month, day, minute, second, zone = 'Z'] =
    (typeof text === 'string' && TIME.exec(text)) || []
  if (whole === undefined) return undefined
  // A date without its time zone is taken as UTC: the server has to choose one.
  const start = Date.parse(
    `${year}-${month ?? '01'}-${day ?? '01'}T${minute ?? '00:00'}:${second ?? '00'}${zone}`,
  )
  const calendar = new Date(Date.UTC(2000, Number(month ?? 1) - 1, Number(day ?? 1)))
  calendar.setUTCFullYear(Number(year), Number(month ?? 1) - 1, Number(day ?? 1))
  if (Number.isNaN(start) || calendar.getUTCDate() !== Number(day ?? 1)) return undefined
  if (minute !== undefined) return { start, end: start + (second === undefined ? 60_000 : 1000) }
  const end = new Date(start)
  if (day !== undefined) end.setUTCDate(end.getUTCDate() + 1)
  else if (month !== undefined) end.setUTCMonth(end.getUTCMonth() + 1)
  else end.setUTCFullYear(end.getUTCFullYear() + 1)
  return { start, end: end.getTime() }
}

/** Everything at a path of names; lists are looked through, as FHIR elements repeat. */
function valuesAt(resource: JsonObject, ...names: string[]): Json[] {
  let found: Json[] = [resource]
  for (const name of names) {
    found = found.flatMap((one) => (isObject(one) && one[name] !== undefined ? one[name] : []))
  }
  return found
}

const objectsAt = (resource: JsonObject, ...names: string[]): JsonObject[] =>
  valuesAt(resource, ...names).filter(isObject)

/** Splits at a separator that no backslash escapes (FHIR R4 3.1.1.4.3.1). Escapes stay. */
export function splitUnescaped(text: string, separator: ',' | '|'): string[] {
  const parts = ['']
  for (let at = 0; at < text.length; at++) {
    if (text[at] === separator) parts.push('')
    else parts.push(parts.pop() + (text[at] === '\\' ? text.slice(at, ++at + 1) : text.charAt(at)))
  }
  return parts
}

const unescaped = (text: string) => text.replace(/\\([\\,|$])/g, '$1')
