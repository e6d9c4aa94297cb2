/**
 * Does what a real system answers look like data of real people? Nobody can know by looking; so nothing is said of
 * what is marked as test data or made up for the eye, and what is said names kinds of data, never the data.
 */
import { isObject, type Json, type JsonObject } from '../../wire/json.ts'
import { parseJson } from '../../wire/parse.ts'
import type { StageCase } from '../trace/trace.ts'
import { isElsewhere } from './elsewhere.ts'
import { answered, type Hop } from './hops.ts'

export interface RealData {
  actor: string
  hop: string
  why: string
}

const people = new Set(['Patient', 'Person', 'RelatedPerson'])

/** HTEST is the security label for test data (FHIR R4, security labels); other marks are in words. */
const testMark = /^HTEST$|test|synthe|demo|sample|example|connectathon|fake|dummy|fictional|inferno/i
/** Synthea writes a number behind each name. */
const madeUpName = /\d|^(doe|roe|smith-?jones)$/i
const madeUpHost =
  /(^|\.)(example|test|invalid|localhost|example\.(com|net|org)|mailinator\.com|email\.com)$/i

/** The first of each system. */
export function realDataIn(hops: Hop[], { actors }: StageCase): RealData[] {
  const found = new Map<string, RealData>()
  for (const hop of hops) {
    const { to, id } = hop
    if (to === undefined || found.has(to) || !isElsewhere(actors[to])) continue
    const why = resourcesOf(hop)
      .map(signsIn)
      .find((signs) => signs.length > 0)
    if (why) found.set(to, { actor: to, hop: id, why: inWords(why) })
  }
  return [...found.values()]
}

const inWords = (signs: string[]) =>
  `a person with ${signs.join(', ').replace(/, ([^,]*)$/, ' and $1')}, and no mark that it is test data (meta.security HTEST)`

function resourcesOf(hop: Hop): JsonObject[] {
  const response = answered(hop)
  const body = response && !response.encoding ? parseJson(response.body) : undefined
  if (!isObject(body)) return []
  const entries = listIn(body, 'entry').map(({ resource }) => resource)
  return [body, ...entries].filter(isObject)
}

/** What hints at a real person; one hint alone is in too many made-up records to say anything. */
function signsIn(resource: JsonObject): string[] {
  if (!people.has(textOf(resource.resourceType)) || isMadeUp(resource)) return []
  const telecom = listIn(resource, 'telecom')
  const signs = [
    ...(listIn(resource, 'identifier').some(isSocialSecurity) ? ['a social security number'] : []),
    ...(telecom.some(isRealPhone) ? ['a telephone number'] : []),
    ...(telecom.some(isRealEmail) ? ['an e-mail address'] : []),
    ...(listIn(resource, 'address').some(isStreet) ? ['a street address'] : []),
    ...(listIn(resource, 'photo').length > 0 ? ['a photo'] : []),
  ]
  return signs.length > 1 || signs[0] === 'a social security number' ? signs : []
}

function isMadeUp(resource: JsonObject): boolean {
  const meta = isObject(resource.meta) ? resource.meta : {}
  const marks = [...listIn(meta, 'security'), ...listIn(meta, 'tag')].flatMap(({ code, display }) => [
    code,
    display,
  ])
  const systems = listIn(resource, 'identifier').map(({ system }) => system)
  const urls = [
    ...strings(meta.profile),
    meta.source,
    ...listIn(resource, 'extension').map(({ url }) => url),
    ...systems,
  ]
  const names = listIn(resource, 'name').flatMap(({ family, given, text }) => [
    family,
    ...strings(given),
    text,
  ])
  return (
    [...marks, ...names].some((one) => typeof one === 'string' && testMark.test(one)) ||
    urls.some((one) => typeof one === 'string' && /synthe|example\.|urn:example|test|demo/i.test(one)) ||
    names.some((one) => typeof one === 'string' && madeUpName.test(one)) ||
    names.length === 0
  )
}

/** Numbers that begin with 000, 666 or 9 were never given to anybody; Synthea's begin with 999. */
function isSocialSecurity({ system, value, type }: JsonObject): boolean {
  const isOne =
    system === 'http://hl7.org/fhir/sid/us-ssn' ||
    (isObject(type) && listIn(type, 'coding').some(({ code }) => code === 'SS' || code === 'SB'))
  return isOne && /^(?!000|666|9)\d{3}-?(?!00)\d{2}-?(?!0000)\d{4}$/.test(textOf(value))
}

/** In North America 555 is for films, and a code begins with a digit from 2. */
function isRealPhone({ system, value }: JsonObject): boolean {
  if (system !== 'phone' && system !== 'sms') return false
  const digits = textOf(value)
    .replace(/\D/g, '')
    .replace(/^1(?=\d{10}$)/, '')
  if (/555/.test(digits) || /(\d)\1{4}|01234|12345|23456/.test(digits)) return false
  return /^[2-9]\d{2}[2-9]\d{6}$/.test(digits) || (/^\+/.test(textOf(value)) && digits.length >= 9)
}

function isRealEmail({ system, value }: JsonObject): boolean {
  const [, host] = /^[^@\s]+@([\w-]+(?:\.[\w-]+)+)$/.exec(textOf(value)) ?? []
  return system === 'email' && host !== undefined && !madeUpHost.test(host) && !testMark.test(textOf(value))
}

const isStreet = (address: JsonObject): boolean =>
  strings(address.line).some((line) => /^\d+ \p{L}|\p{L} \d+[a-z]?$/u.test(line)) &&
  typeof address.postalCode === 'string' &&
  !/\d/.test(textOf(address.city))

function listIn(value: JsonObject, key: string): JsonObject[] {
  const list = value[key]
  return Array.isArray(list) ? list.filter(isObject) : []
}

/** Not String(): of an object that says toString is something else it makes an error. */
const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '')

const strings = (value: Json | undefined): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
