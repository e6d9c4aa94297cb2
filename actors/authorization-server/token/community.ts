/**
 * What a trust community asks of a token request beyond the guide: codes, identifiers, policies, and extension objects
 * of its own. UDAP Client Authorization Grants 6.4 has invalid_grant for an extension object that is not as agreed.
 */
import type { Community, Extension } from '../../../spec/community.ts'
import { isStrings, type Json, type JsonObject } from '../../../wire/json.ts'
import type { Check } from '../../checks.ts'
import { coded, definitionOf, matches, purposeIn, valuesOf } from '../../community.ts'
import { objectFlaw } from '../community-objects.ts'
import { refuse } from '../form-request.ts'
import { member } from '../jwt.ts'
import { extension } from './b2b.ts'
import type { TokenRequest } from './token-request.ts'

const REFUSES = 'com-018'

/** Says what is wrong: "… must be …"; undefined when nothing is. */
type Judge = (object: JsonObject, community: Community, subject: TokenRequest) => string | undefined

/** What its client's certificate is good in. */
const communityOf = ({ server, jwt, client }: TokenRequest): Community | undefined =>
  definitionOf(server.runtime.context, jwt.community ?? client?.community)

function check(name: string, rule: string, judge: Judge): Check<TokenRequest> {
  return {
    name: `community-${name}`,
    refs: [rule],
    breaks: [REFUSES],
    run(subject) {
      const community = communityOf(subject)
      const wrong = community && judge(extension(subject) ?? {}, community, subject)
      if (wrong) refuse('invalid_grant', `${wrong} in ${community.name}.`)
    },
  }
}

const textsOf = (value: Json | undefined): string[] => (isStrings(value) ? value : [])

/** Of a member that may be left out. */
const isAllowed = (value: Json | undefined, good: (text: string) => boolean): boolean =>
  typeof value !== 'string' || good(value)

const b2bChecks: Check<TokenRequest>[] = [
  check('purpose-of-use', 'com-009', ({ purpose_of_use }, { purposeOfUse }) => {
    const allowed = purposeOfUse && valuesOf(purposeOfUse)
    return allowed && !textsOf(purpose_of_use).every((one) => allowed.includes(one))
      ? `purpose_of_use must have only codes of the community: ${allowed.join(', ')},`
      : undefined
  }),
  check('purposes-count', 'com-010', ({ purpose_of_use }, { purposeOfUse: { max = Infinity } = {} }) =>
    textsOf(purpose_of_use).length > max ? `purpose_of_use must have ${max} at most` : undefined,
  ),
  check('purpose-of-client', 'com-011', ({ purpose_of_use }, { purposeOfUse }, { client }) => {
    const purpose = purposeIn(client?.uri ?? '')
    if (!purposeOfUse?.inClientUri || purpose === undefined) return undefined
    const only = coded(purposeOfUse, purpose)
    return textsOf(purpose_of_use).every((one) => one === only)
      ? undefined
      : `purpose_of_use must be ${only}, for which the client is registered`
  }),
  check('subject-role', 'com-012', ({ subject_role }, { subjectRole }) => {
    const allowed = subjectRole && valuesOf(subjectRole)
    return allowed && !isAllowed(subject_role, (one) => allowed.includes(one))
      ? `subject_role must be a code of the community: ${allowed.join(', ')},`
      : undefined
  }),
  check('subject-id', 'com-013', ({ subject_id }, { identifiers }) => {
    const isKnown = (id: string) =>
      identifiers?.subject.some(({ system, pattern = '' }) => {
        return id.startsWith(`${system}#`) && matches(pattern, id.slice(system.length + 1))
      })
    return identifiers && !isAllowed(subject_id, (id) => isKnown(id) === true)
      ? `subject_id must be of a naming system of the community: ${identifiers.subject.map(({ system }) => system).join(', ')},`
      : undefined
  }),
  check('organization-id', 'com-014', ({ organization_id }, { uris: { organization = '' } = {} }) =>
    isAllowed(organization_id, (id) => matches(organization, id))
      ? undefined
      : `organization_id must match ${organization}`,
  ),
  check('consent-policy', 'com-015', ({ consent_policy }, { consentPolicies }) =>
    consentPolicies && !textsOf(consent_policy).every((one) => consentPolicies.uris.includes(one))
      ? `consent_policy must have only policies of the community: ${consentPolicies.uris.join(', ')},`
      : undefined,
  ),
]

const objectChecks: Check<TokenRequest>[] = [
  check('extension-required', 'com-016', (b2b, community, subject) => {
    const missing = extensionsOf(community, subject).find(
      (one) => isRequired(one, b2b, community) && objectAt(subject, one) === undefined,
    )
    return missing && `extensions must have the object ${missing.key}`
  }),
  check('extension-object', 'com-017', (_, community, subject) => {
    for (const one of extensionsOf(community, subject)) {
      const object = objectAt(subject, one)
      const flaw = object === undefined ? undefined : objectFlaw(object, one, community)
      if (flaw) return `${one.key} is not as it must be: ${flaw},`
    }
    return undefined
  }),
]

/** Those of the grant. */
const extensionsOf = ({ extensions = [] }: Community, { form }: TokenRequest): Extension[] =>
  extensions.filter(({ grants }) => grants.some((one) => one === form.get('grant_type')))

const objectAt = ({ jwt }: TokenRequest, { key }: Extension) =>
  member(jwt.claims.extensions, key) as Json | undefined

function isRequired(
  { required }: Extension,
  { purpose_of_use }: JsonObject,
  { purposeOfUse }: Community,
): boolean {
  if (typeof required !== 'object') return required === 'always'
  const codes = purposeOfUse ? required.purposeOfUse.map((code) => coded(purposeOfUse, code)) : []
  return textsOf(purpose_of_use).some((one) => codes.includes(one))
}

/** Those of client credentials, and those that look at the grant themselves. */
export const communityChecks = { b2b: b2bChecks, objects: objectChecks }
