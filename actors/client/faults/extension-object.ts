/** The hl7-b2b object of a client assertion, key by key (guide, B2B 5.2.1.1). */
import type { RuleId } from '../../../spec/types.ts'
import { spoilt, type Wrong } from '../../spoil.ts'

const key = (mutation: string, title: string, breaks: RuleId[], name: string, wrong: Wrong) =>
  spoilt('extension-object', { mutation, title, breaks, set: { [name]: wrong } })

/** A URL beside the one that is there. */
const gone = (url: string) => `${url}-that-is-not-there`

export const extensionObjectFaults = [
  key('no-version', 'version is missing.', ['b2b-025'], 'version', undefined),
  key('version-as-number', 'version is a number.', ['b2b-025'], 'version', 1),
  key('version-with-dot', 'version is 1.0.', ['b2b-025'], 'version', '1.0'),
  key('wrong-version', 'version is 2.', ['b2b-025'], 'version', '2'),

  key('no-subject-name', 'The name of the requestor is left out.', ['b2b-026'], 'subject_name', undefined),
  key('subject-name-as-number', 'subject_name is a number.', ['b2b-026'], 'subject_name', 7),
  key('no-subject-id', 'The identifier of a person is left out.', ['b2b-027'], 'subject_id', undefined),
  key('subject-id-as-list', 'subject_id is an array.', ['b2b-027'], 'subject_id', ['7']),
  key(
    'invented-subject-id',
    'subject_id is of somebody who has none.',
    ['b2b-028'],
    'subject_id',
    '1245319599',
  ),
  key('subject-id-no-npi', 'subject_id is no NPI.', ['b2b-068', 'com-013'], 'subject_id', 'employee-7'),
  key('no-subject-role', 'The role of a person is left out.', ['b2b-029'], 'subject_role', undefined),
  key('empty-subject-role', 'subject_role is empty.', ['b2b-029'], 'subject_role', ''),

  key('no-organization-id', 'organization_id is missing.', ['b2b-031'], 'organization_id', undefined),
  key('empty-organization-id', 'organization_id is empty.', ['b2b-031'], 'organization_id', ''),
  key(
    'organization-id-no-uri',
    'organization_id is no URI.',
    ['b2b-031', 'com-014'],
    'organization_id',
    '12345',
  ),
  key(
    'organization-id-gone',
    'Nothing is at the URL of organization_id.',
    ['b2b-033'],
    'organization_id',
    gone,
  ),
  key('organization-name-as-list', 'organization_name is an array.', ['b2b-030'], 'organization_name', [
    'Payer',
  ]),

  key('no-purpose-of-use', 'purpose_of_use is missing.', ['b2b-034'], 'purpose_of_use', undefined),
  key('purpose-of-use-as-text', 'purpose_of_use is no array.', ['b2b-034'], 'purpose_of_use', 'TREAT'),
  key('no-purpose', 'purpose_of_use is an empty array.', ['b2b-034'], 'purpose_of_use', []),
  key('purpose-as-number', 'A purpose is a number.', ['b2b-034'], 'purpose_of_use', [7]),
  key('empty-purpose', 'A purpose is empty.', ['b2b-034'], 'purpose_of_use', ['']),

  key(
    'consent-policy-as-text',
    'consent_policy is no array.',
    ['b2b-035'],
    'consent_policy',
    'urn:oid:1.2.3',
  ),
  key('no-policy-in-consent-policy', 'consent_policy is an empty array.', ['b2b-035'], 'consent_policy', []),
  key(
    'no-consent-policy',
    'consent_reference is there without consent_policy.',
    ['b2b-039'],
    'consent_policy',
    undefined,
  ),
  key(
    'relative-consent-reference',
    'consent_reference has a relative URL.',
    ['b2b-036'],
    'consent_reference',
    ['Consent/1'],
  ),
  key(
    'consent-reference-gone',
    'Nothing is at a URL of consent_reference.',
    ['b2b-037'],
    'consent_reference',
    (urls: string[] | undefined) => urls?.map(gone),
  ),

  // What trust communities decide.
  key(
    'strange-purpose',
    'purpose_of_use is a code of nobody.',
    ['com-009', 'com-011'],
    'purpose_of_use',
    () => ['urn:example:purposes-of-nobody#NONE'],
  ),
  key(
    'purposes-repeated',
    'purpose_of_use has each code three times.',
    ['com-010'],
    'purpose_of_use',
    (codes: string[] | undefined) => codes && [...codes, ...codes, ...codes],
  ),
  key(
    'strange-subject-role',
    'subject_role is a code of nobody.',
    ['com-012'],
    'subject_role',
    'a-role-of-nobody',
  ),
  key(
    'strange-consent-policy',
    'consent_policy is a policy of nobody.',
    ['com-015'],
    'consent_policy',
    () => ['urn:example:policy-of-nobody'],
  ),
]
