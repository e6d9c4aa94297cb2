/** What a trust community says of a token request: codes, identifiers, policies, and extension objects of its own. */
import type { CodeList, Community, Extension } from '../../../../spec/community.ts'
import { isObject, isStrings, type Json, type JsonObject } from '../../../../wire/json.ts'
import { registrationOf } from '../../history.ts'
import type { Message } from '../../message.ts'
import type { Finding, Rule, View } from '../../rule.ts'
import { statementOf } from '../../statement.ts'
import { words } from '../../words.ts'
import { objectOf } from './b2b-object.ts'
import { unfit } from './community-object.ts'
import { flowOf } from './token-flow.ts'
import { by, inCommunity, matches } from './trust-community.ts'

/** Of a client assertion in a defined community. */
type Judge = (message: Message, community: Community, view: View) => Finding | undefined

const coded = ({ system }: CodeList, code: string) => (system === undefined ? code : `${system}#${code}`)
const valuesOf = (list: CodeList) => list.codes.map(({ code }) => coded(list, code))
const purposesIn = (message: Message): string[] => {
  const { purpose_of_use } = objectOf(message) ?? {}
  return isStrings(purpose_of_use) ? purpose_of_use : []
}

/** Of a text of hl7-b2b that may be left out. */
const textIs =
  (
    key: string,
    judge: (text: string, community: Community) => boolean | undefined,
    expected: (c: Community) => string,
  ): Judge =>
  (message, community) => {
    const text = objectOf(message)?.[key]
    const good = typeof text === 'string' ? judge(text, community) : undefined
    if (good === undefined) return undefined
    return good ? 'met' : { expected: `${key} ${expected(community)}`, seen: words(text) }
  }

export const purposeCodes: Judge = (message, community) => {
  const { purposeOfUse } = community
  const said = purposesIn(message)
  if (!purposeOfUse || said.length === 0) return undefined
  const allowed = valuesOf(purposeOfUse)
  const strange = said.find((one) => !allowed.includes(one))
  if (strange === undefined) return 'met'
  const expected = `purpose_of_use only of ${allowed.join(', ')} ${by(community, purposeOfUse, 'codes')}`
  return { expected, seen: words(strange) }
}

export const purposesCount: Judge = (message, community) => {
  const { purposeOfUse } = community
  const { length } = purposesIn(message)
  if (purposeOfUse?.max === undefined || length === 0) return undefined
  if (length <= purposeOfUse.max) return 'met'
  const expected = `purpose_of_use with ${purposeOfUse.max} at most ${by(community, purposeOfUse, 'max')}`
  return { expected, seen: String(length) }
}

export const purposeOfClient: Judge = (message, community, view) => {
  const { purposeOfUse } = community
  const said = purposesIn(message)
  const uri = purposeOfUse?.inClientUri && clientUriOf(message, view)
  const [, code] = (uri && /#([^#]+)$/.exec(uri)) || []
  if (!purposeOfUse || code === undefined || said.length === 0) return undefined
  const only = coded(purposeOfUse, code)
  if (said.every((one) => one === only)) return 'met'
  const expected = `purpose_of_use ${only}, as the URI of the client has it ${by(community, purposeOfUse, 'inClientUri')}`
  return { expected, seen: words(said) }
}

/** `iss` of the software statement that its client_id came of. */
function clientUriOf({ body, reader, of }: Message, { history }: View): string | undefined {
  const registered = of && registrationOf(body?.iss, reader, of, history)
  const iss = registered && statementOf(registered, history)?.body?.iss
  return typeof iss === 'string' ? iss : undefined
}

export const subjectRole = textIs(
  'subject_role',
  (role, { subjectRole: list }) => list && valuesOf(list).includes(role),
  (community) =>
    `one of ${valuesOf(community.subjectRole!).join(', ')} ${by(community, community.subjectRole, 'codes')}`,
)

export const subjectId = textIs(
  'subject_id',
  (id, { identifiers }) =>
    identifiers?.subject.some(
      ({ system, pattern = '' }) =>
        id.startsWith(`${system}#`) && matches(pattern, id.slice(system.length + 1)),
    ),
  (community) => {
    const systems = community.identifiers!.subject.map(({ system }) => `${system}#…`)
    return `${systems.join(' or ')} ${by(community, community.identifiers, 'subject')}`
  },
)

export const organizationId = textIs(
  'organization_id',
  (id, { uris }) => (uris?.organization === undefined ? undefined : matches(uris.organization, id)),
  (community) =>
    `that matches ${community.uris!.organization} ${by(community, community.uris, 'organization')}`,
)

export const consentPolicy: Judge = (message, community) => {
  const { consentPolicies } = community
  const said = objectOf(message)?.consent_policy
  if (!consentPolicies || !isStrings(said)) return undefined
  const strange = said.find((one) => !consentPolicies.uris.includes(one))
  if (strange === undefined) return 'met'
  const expected = `consent_policy only of ${consentPolicies.uris.join(', ')} ${by(community, consentPolicies, 'uris')}`
  return { expected, seen: words(strange) }
}

export const extensionsThere: Judge = (message, community, view) => {
  const needed = extensionsOf(message, community, view).filter((one) => isRequired(one, message, community))
  if (needed.length === 0) return undefined
  const objects = objectsOf(message)
  const missing = needed.find(({ key }) => objects[key] === undefined)
  if (!missing) return 'met'
  const expected = `an object ${missing.key} in extensions ${by(community, missing, 'required')}`
  return { expected, seen: words(Object.keys(objects)) }
}

export const extensionsFit: Judge = (message, community, view) => {
  const objects = objectsOf(message)
  const there = extensionsOf(message, community, view).filter(({ key }) => objects[key] !== undefined)
  for (const one of there) {
    const seen = unfit(objects[one.key]!, one, community)
    if (seen) return { expected: `${one.key} as it is defined ${by(community, one, 'schema')}`, seen }
  }
  return there.length > 0 ? 'met' : undefined
}

function extensionsOf(message: Message, { extensions = [] }: Community, { history }: View): Extension[] {
  const flow = flowOf(message, history)
  return extensions.filter(({ grants }) => grants.some((one) => one === flow))
}

function isRequired({ required }: Extension, message: Message, { purposeOfUse }: Community): boolean {
  if (typeof required !== 'object') return required === 'always'
  const codes = purposeOfUse ? required.purposeOfUse.map((code) => coded(purposeOfUse, code)) : []
  return purposesIn(message).some((one) => codes.includes(one))
}

const objectsOf = ({ body }: Message): JsonObject => {
  const extensions: Json | undefined = body?.extensions
  return isObject(extensions) ? extensions : {}
}

const all: Judge[] = [
  purposeCodes,
  purposesCount,
  purposeOfClient,
  subjectRole,
  subjectId,
  organizationId,
  consentPolicy,
  extensionsThere,
  extensionsFit,
]

/** The first thing that is not as the community has it, in words. */
export function tokenFlaw(message: Message, community: Community, view: View): string | undefined {
  for (const judge of all) {
    const finding = judge(message, community, view)
    if (typeof finding === 'object') return `${finding.seen} instead of ${finding.expected}`
  }
  return undefined
}

export const ofToken = (id: string, judge: Judge): Rule => ({
  id,
  on: ['client-assertion'],
  judge: inCommunity((message, community, view) =>
    message.body ? judge(message, community, view) : undefined,
  ),
})
