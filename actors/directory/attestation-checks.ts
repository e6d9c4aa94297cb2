/** What is written into the directory, check by check: its shape, what it refers to, and whose it is. */
import { isObject, type Json, type JsonObject } from '../../wire/json.ts'
import { type Check, Refusal } from '../checks.ts'
import type { DirectoryType } from '../resource-server/data.ts'
import { searchParameters } from '../resource-server/search-parameters.ts'
import type { Listing } from './listing.ts'

/** So that a full directory still fits into memory. */
const MAX_LENGTH = 16_384

export interface Attestation {
  listing: Listing
  /** Own base URL. */
  base: string
  type: DirectoryType
  /** Of what is changed; undefined of what is new. */
  id: string | undefined
  /** client_id of who attests. */
  by: string
  body: Json | undefined
  resource: JsonObject
}

export const attestationChecks: Check<Attestation>[] = [
  {
    name: 'attestation-resource',
    refs: [],
    run(subject) {
      const { type, id, body } = subject
      subject.resource = isObject(body) ? body : {}
      if (subject.resource.resourceType !== type) refuse(400, `The body is no ${type}.`)
      if (id !== undefined && subject.resource.id !== id) refuse(400, 'The id is not the one in the URL.')
    },
  },
  {
    name: 'attestation-complete',
    refs: [],
    run({ type, resource }) {
      const lacking = type === 'Organization' ? lackingOfOrganization(resource) : lackingOfEndpoint(resource)
      if (lacking) refuse(422, `${type} needs ${lacking}.`)
    },
  },
  {
    name: 'attestation-references',
    refs: [],
    run({ listing: { data }, base, type, resource }) {
      for (const { targets } of Object.values(searchParameters[type])) {
        const missing = targets?.({ ...resource, resourceType: type, id: '' }, base).find((name) => {
          const [of = '', id = ''] = name.split('/', 2)
          return !(of === 'Organization' || of === 'Endpoint') || !data[of].has(id)
        })
        if (missing !== undefined) refuse(422, 'It refers to something that this directory does not list.')
      }
    },
  },
  {
    name: 'attestation-owner',
    refs: [],
    run({ listing, base, type, id, by, resource }) {
      const changed = id === undefined ? [] : [`${type}/${id}`]
      // An endpoint says of an organization where to find it: only that organization may say so.
      const manager = searchParameters.Endpoint.organization?.targets
      const managed = manager?.({ ...resource, resourceType: type, id: '' }, base) ?? []
      if ([...changed, ...managed].some((name) => listing.attestedBy(name) !== by))
        refuse(403, 'Somebody else attested this: only they can change it, or add to it.')
    },
  },
  {
    name: 'attestation-room',
    refs: [],
    run({ listing, id, resource }) {
      if (id === undefined && listing.isFull()) refuse(403, 'The directory is full.')
      if (JSON.stringify(resource).length > MAX_LENGTH) refuse(413, 'This is too long for an entry.')
    },
  },
]

function lackingOfOrganization({ name, identifier }: JsonObject): string | undefined {
  const some = isText(name) || (Array.isArray(identifier) && identifier.some(isObject))
  return some ? undefined : 'a name or an identifier'
}

function lackingOfEndpoint({
  status,
  connectionType,
  payloadType,
  address,
  managingOrganization,
}: JsonObject): string | undefined {
  if (!isText(status)) return 'a status'
  if (!isObject(connectionType) || !isText(connectionType.code)) return 'a connectionType with a code'
  if (!Array.isArray(payloadType) || !payloadType.some(isObject)) return 'a payloadType'
  if (!isText(address) || !URL.canParse(address) || !address.startsWith('https://'))
    return 'an address that is an https URL'
  if (!isObject(managingOrganization) || !isText(managingOrganization.reference))
    return 'a managingOrganization'
  return undefined
}

const isText = (value: Json | undefined): value is string => typeof value === 'string' && value.trim() !== ''

/** An id of FHIR from one of ours, which may have an underscore. */
export const idFrom = (text: string): string => text.replaceAll('_', '.')

function refuse(status: number, message: string): never {
  throw new Refusal(message, { status, error: 'invalid' })
}
