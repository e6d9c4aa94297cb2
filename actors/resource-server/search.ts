/** Search over one resource type: reads the query, matches, and makes a searchset Bundle (FHIR R4 3.1.1). */
import type { JsonObject } from '../../wire/json.ts'
import type { DataSet, Resource, ResourceType } from './data.ts'
import { BadSearch, type Matches, matcher, searchParameters, valuesIn } from './search-parameters.ts'

const DEFAULT_COUNT = 100
const MAX_COUNT = 1000
/** Values of one search, so that matching stays cheap. */
const MAX_VALUES = 200

export interface SearchRequest {
  type: ResourceType
  /** Query and form, in this order. */
  query: URLSearchParams
  /** `Prefer: handling=strict`: parameters that are not known are refused, not ignored (FHIR R4 3.1.1.4.2). */
  strict: boolean
  /** Nothing else is there for who asks. */
  visible: Matches
  /** Whether what is found may bring along what it leads to, and what leads to it: `_include`, `_revinclude`. */
  includes?: boolean
}

interface Search {
  /** All must hold. */
  filters: Matches[]
  count: number
  offset: number
  includes: Include[]
  /** The parameters that were used, for the self link. */
  used: URLSearchParams
}

/** A reference, by the parameter that searches it. */
interface Include {
  from: ResourceType
  targets: (resource: Resource, base: string) => string[]
  /** It is followed backwards. */
  reverse: boolean
}

/** @throws BadSearch */
export function search(data: DataSet, base: string, request: SearchRequest): JsonObject {
  const { filters, count, offset, includes, used } = read(request, base)
  const found = [...data[request.type].values()].filter((resource) =>
    [request.visible, ...filters].every((matches) => matches(resource)),
  )
  const page = found.slice(offset, offset + count)
  const links = [{ relation: 'self', url: link(base, request.type, used) }]
  if (count > 0 && offset + count < found.length) {
    const next = new URLSearchParams(used)
    next.set('_count', String(count))
    next.set('_offset', String(offset + count))
    links.push({ relation: 'next', url: link(base, request.type, next) })
  }
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    total: found.length,
    link: links,
    // FHIR has no empty lists.
    ...(page.length > 0
      ? {
          entry: [
            ...page.map((resource) => entry(base, resource, 'match')),
            ...included(data, base, page, includes).map((resource) => entry(base, resource, 'include')),
          ],
        }
      : {}),
  }
}

const link = (base: string, type: ResourceType, used: URLSearchParams) =>
  `${base}/${type}${used.size > 0 ? `?${used}` : ''}`

/** Each once, and none that was found itself. */
function included(data: DataSet, base: string, page: Resource[], includes: Include[]): Resource[] {
  const found = new Set<Resource>()
  for (const { from, targets, reverse } of includes) {
    if (reverse) {
      const names = new Set(page.map(({ resourceType, id }) => `${resourceType}/${id}`))
      for (const one of data[from].values())
        if (targets(one, base).some((name) => names.has(name))) found.add(one)
    } else {
      for (const name of page.flatMap((one) => (one.resourceType === from ? targets(one, base) : []))) {
        const [type = '', id = ''] = name.split('/', 2)
        const one = Object.hasOwn(data, type) ? data[type as ResourceType].get(id) : undefined
        if (one) found.add(one)
      }
    }
  }
  return [...found].filter((one) => !page.includes(one))
}

const entry = (base: string, resource: Resource, mode: 'match' | 'include') => ({
  fullUrl: `${base}/${resource.resourceType}/${resource.id}`,
  resource,
  search: { mode },
})

function read({ type, query, strict, includes }: SearchRequest, base: string): Search {
  const search: Search = {
    filters: [],
    count: DEFAULT_COUNT,
    offset: 0,
    includes: [],
    used: new URLSearchParams(),
  }
  const known = searchParameters[type]
  let values = 0
  for (const [name, value] of query) {
    const { length } = valuesIn(value)
    // A parameter without a value says nothing (FHIR R4 3.1.1.4.5).
    if (length === 0) continue
    values += length
    if (values > MAX_VALUES) throw new BadSearch(`A search has at most ${MAX_VALUES} values.`)
    const [plainName = '', modifier] = name.split(':', 2)
    const parameter = Object.hasOwn(known, plainName) ? known[plainName] : undefined
    if (parameter && modifier !== undefined) {
      // A modifier that is not supported must be refused: ignoring it would change what is found.
      throw new BadSearch(`Modifiers are not supported; use "${plainName}" alone.`)
    }
    const matches = parameter && matcher(parameter, value, base)
    if (matches) search.filters.push(matches)
    else if (name === '_count') search.count = Math.min(wholeNumber(name, value), MAX_COUNT)
    else if (name === '_offset') search.offset = wholeNumber(name, value)
    else if (includes && (name === '_include' || name === '_revinclude'))
      search.includes.push(include(name, value))
    else if (name === '_format') continue
    else if (strict) throw new BadSearch(unknown(name, type))
    else continue
    search.used.append(name, value)
  }
  return search
}

/** `Endpoint:organization` (FHIR R4 3.1.1.5.5). */
function include(name: string, value: string): Include {
  const [from = '', parameter = '', ...more] = value.split(':')
  const known = Object.hasOwn(searchParameters, from) ? searchParameters[from as ResourceType] : {}
  const { targets } = (Object.hasOwn(known, parameter) && known[parameter]) || {}
  if (!targets || more.length > 0) throw new BadSearch(`${name} is written as type:reference parameter.`)
  return { from: from as ResourceType, targets, reverse: name === '_revinclude' }
}

function unknown(name: string, type: ResourceType): string {
  const names = [...Object.keys(searchParameters[type]), '_count'].join(', ')
  return `${type} has no search parameter "${name}"; it has: ${names}.`
}

function wholeNumber(name: string, value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw new BadSearch(`${name} is a whole number from 0.`)
  return Number(value)
}
