/**
 * The B2B authorization extension object, key by key (guide, B2B 5.2.1.1). The guide names no error for a bad
 * one; UDAP Client Authorization Grants 6.4 has invalid_grant. What only the client can know, such as whether a
 * name is known, is not judged here.
 */
import type { RuleId } from '../../../spec/types.ts'
import { isObject, isStrings, type Json, type JsonObject } from '../../../wire/json.ts'
import { parseJson } from '../../../wire/parse.ts'
import { B2B_EXTENSION } from '../../../wire/udap.ts'
import type { Check } from '../../checks.ts'
import { refuse } from '../form-request.ts'
import { member } from '../jwt.ts'
import type { Policy } from '../policy.ts'
import { isUrl, URI } from '../uri.ts'
import { isNpi } from './npi.ts'
import type { TokenRequest } from './token-request.ts'

/** Other objects beside it are somebody else's, and ignored (5.2.1.1; Client Authorization Grants 6.4). */
export function extension({ jwt, server }: TokenRequest): JsonObject | undefined {
  const { extensions } = jwt.claims
  const isText = typeof extensions === 'string' && server.policy.textExtensions === 'read'
  const object = member(isText ? parseJson(extensions) : extensions, B2B_EXTENSION)
  return isObject(object) ? object : undefined
}

const present: Check<TokenRequest> = {
  name: 'b2b-extension',
  refs: ['b2b-020', 'b2b-040'],
  run(subject) {
    if (!extension(subject)) {
      refuse('invalid_grant', `The client assertion has no ${B2B_EXTENSION} object in extensions.`)
    }
  },
}

/** Says what is wrong with the object: "… must be …"; undefined when nothing is. */
type Judge = (object: JsonObject, policy: Policy) => string | undefined

/** Without the object there is nothing to judge: whoever skips the check of its presence skips nothing else. */
function check(name: string, refs: RuleId[], judge: Judge): Check<TokenRequest> {
  return {
    name: `b2b-${name}`,
    refs,
    run(subject) {
      const object = extension(subject)
      const wrong = object && judge(object, subject.server.policy)
      if (wrong) refuse('invalid_grant', `${B2B_EXTENSION}: ${wrong}.`)
    },
  }
}

const isText = (value: Json | undefined): value is string => typeof value === 'string' && value.trim() !== ''

const text = (key: string, name: string, refs: RuleId[]) =>
  check(name, refs, (object) =>
    Object.hasOwn(object, key) && !isText(object[key])
      ? `${key} must be a string with something in it, or be left out`
      : undefined,
  )

const listOf = (value: Json | undefined, good: (item: string) => boolean): value is string[] =>
  isStrings(value) && value.length > 0 && value.every(good)

const isUri = (value: string) => URI.test(value)

export const b2bChecks: Check<TokenRequest>[] = [
  present,
  check('version', ['b2b-025'], ({ version }) =>
    version === '1' ? undefined : 'version must be the string 1',
  ),
  text('subject_name', 'subject-name', ['b2b-026']),
  text('subject_id', 'subject-id', ['b2b-027']),
  check('subject-npi', ['b2b-027', 'b2b-042'], ({ subject_id }, { subjectId }) =>
    subjectId === 'npi' && isText(subject_id) && !isNpi(subject_id)
      ? 'subject_id must be a National Provider Identifier, alone or after a namespace and #'
      : undefined,
  ),
  text('subject_role', 'subject-role', ['b2b-029']),
  text('organization_name', 'organization-name', ['b2b-030']),
  check('organization-id', ['b2b-031'], ({ organization_id }) =>
    isText(organization_id) && isUri(organization_id) ? undefined : 'organization_id must be a URI',
  ),
  check('purpose-of-use', ['b2b-034'], ({ purpose_of_use }) =>
    listOf(purpose_of_use, isText) ? undefined : 'purpose_of_use must be an array of one or more codes',
  ),
  check('purpose-known', ['b2b-044'], ({ purpose_of_use }, { purposesOfUse }) =>
    purposesOfUse.length > 0 &&
    isStrings(purpose_of_use) &&
    !purpose_of_use.every((code) => purposesOfUse.includes(code))
      ? `purpose_of_use must have only codes of this community: ${purposesOfUse.join(', ')}`
      : undefined,
  ),
  check('consent-policy', ['b2b-035'], (object) =>
    Object.hasOwn(object, 'consent_policy') && !listOf(object.consent_policy, isUri)
      ? 'consent_policy must be an array of one or more URIs, or be left out'
      : undefined,
  ),
  check('consent-reference', ['b2b-036'], (object) =>
    Object.hasOwn(object, 'consent_reference') && !listOf(object.consent_reference, isUrl)
      ? 'consent_reference must be an array of one or more absolute URLs, or be left out'
      : undefined,
  ),
  check('consent-without-policy', ['b2b-039'], (object) =>
    Object.hasOwn(object, 'consent_reference') && !Object.hasOwn(object, 'consent_policy')
      ? 'consent_reference must be left out when there is no consent_policy'
      : undefined,
  ),
]
