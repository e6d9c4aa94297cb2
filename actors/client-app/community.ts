/** What a client says of itself because its trust community wants it: certifications, codes, and extension objects. */
import type { Certification, Community, Extension } from '../../spec/community.ts'
import { isObject, isStrings, type Json, type JsonObject } from '../../wire/json.ts'
import { B2B_EXTENSION } from '../../wire/udap.ts'
import { coded, definitionOf, purposeIn } from '../community.ts'
import { type Client, discovered, type Target } from './client.ts'

/** The definition of the community in which the client deals with a server. */
export const communityOf = ({ runtime }: Client, target: Target): Community | undefined =>
  definitionOf(runtime.context, discovered(target).community)

/** What it certifies of itself, since nobody registers without it. */
export function ownCertifications(
  { certifications = [], ...community }: Partial<Community>,
  uri: string,
  grantTypes: string[],
): JsonObject[] {
  const isNeeded = ({ signer, requiredFor }: Certification) =>
    signer === 'client' && requiredFor.some((one) => grantTypes.includes(one))
  return certifications.filter(isNeeded).map(({ name, uris, claims }) => ({
    certification_name: name,
    certification_uris: uris,
    grant_types: grantTypes,
    claims: filled(claims?.example, purposeOf(community, uri)),
  }))
}

/** Treatment, for an organization whose id is no URL: a URL would have to resolve (5.2.1.1). */
const plain = (organization: string): JsonObject => ({
  version: '1',
  organization_id: 'urn:example:organization',
  organization_name: organization,
  purpose_of_use: ['urn:oid:2.16.840.1.113883.5.8#TREAT'],
})

/** The hl7-b2b object, as long as a scenario does not say. */
export function plainObject(organization: string, community: Community | undefined, uri: string): JsonObject {
  if (!community) return plain(organization)
  const { b2b, purposeOfUse } = community
  const purpose = purposeOf(community, uri)
  return {
    ...plain(organization),
    ...b2b?.defaults,
    ...(purposeOfUse && purpose !== undefined && { purpose_of_use: [coded(purposeOfUse, purpose)] }),
  }
}

/** Objects beside hl7-b2b that must be there with client credentials, by their keys. */
export function furtherObjects(
  community: Community | undefined,
  uri: string,
  purposes: Json | undefined,
): JsonObject {
  const { extensions = [], purposeOfUse } = community ?? {}
  const isNeeded = ({ grants, required }: Extension) => {
    if (!grants.includes('client_credentials')) return false
    if (typeof required !== 'object') return required === 'always'
    const codes = purposeOfUse ? required.purposeOfUse.map((code) => coded(purposeOfUse, code)) : []
    return isStrings(purposes) && purposes.some((one) => codes.includes(one))
  }
  const needed = extensions.filter(isNeeded)
  return Object.fromEntries(
    needed.map(({ key, example }) => [key, filled(example, purposeOf(community ?? {}, uri))]),
  )
}

/** The extensions claim: each object of it can be spoilt. */
export async function madeExtensions(
  { runtime }: Client,
  { [B2B_EXTENSION]: b2b, ...further }: JsonObject,
): Promise<JsonObject> {
  const others =
    Object.keys(further).length > 0 ? await runtime.make('further-objects', further, (draft) => draft) : {}
  if (b2b === undefined) return others
  const own = isObject(b2b) ? await runtime.make('extension-object', b2b, (draft) => draft) : b2b
  return { [B2B_EXTENSION]: own, ...others }
}

function purposeOf({ purposeOfUse }: Partial<Community>, uri: string): string | undefined {
  const byUri = purposeOfUse?.inClientUri ? purposeIn(uri) : undefined
  return byUri ?? purposeOfUse?.default ?? purposeOfUse?.codes[0]?.code
}

const filled = (example: JsonObject = {}, purpose = ''): JsonObject =>
  JSON.parse(JSON.stringify(example).replaceAll('{purpose}', purpose)) as JsonObject
