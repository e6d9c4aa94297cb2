/** The plain part of UDAP metadata, check by check (guide 2.1, 2.2). */
import { isObject, isStrings, type JsonObject } from '../../wire/json.ts'
import { parseJson } from '../../wire/parse.ts'
import { UDAP_VERSION } from '../../wire/udap.ts'
import { type Check, Refusal } from '../checks.ts'
import { absoluteHttps, type MetadataSubject } from './metadata-subject.ts'

/** Lists of strings; the other fields that matter are strings. */
const LISTS = [
  'udap_versions_supported',
  'udap_profiles_supported',
  'udap_authorization_extensions_supported',
  'udap_authorization_extensions_required',
  'udap_certifications_supported',
  'udap_certifications_required',
  'grant_types_supported',
  'scopes_supported',
  'token_endpoint_auth_methods_supported',
  'token_endpoint_auth_signing_alg_values_supported',
  'registration_endpoint_jwt_signing_alg_values_supported',
]
/** Of which there has to be something for a client to begin. */
const NEEDED = [
  'udap_profiles_supported',
  'grant_types_supported',
  'scopes_supported',
  'token_endpoint_auth_methods_supported',
  'registration_endpoint_jwt_signing_alg_values_supported',
]
const STRINGS = ['authorization_endpoint', 'token_endpoint', 'registration_endpoint', 'signed_metadata']

export const metadataChecks: Check<MetadataSubject>[] = [
  {
    name: 'metadata-status',
    refs: ['disc-004', 'disc-006'],
    breaks: ['disc-006'],
    run({ status }) {
      if (status === 404)
        throw new Refusal('The server has no UDAP metadata (404): it does not support UDAP.')
      if (status === 204) throw new Refusal('The server has no metadata for this community (204).')
      if (status !== 200) throw new Refusal(`The server answered ${status} instead of 200.`)
    },
  },
  {
    name: 'metadata-json',
    refs: ['disc-005'],
    run(subject) {
      const body = parseJson(subject.text)
      if (!isObject(body)) throw new Refusal('The metadata is not one JSON object.')
      // What some write for a field that they do not have.
      subject.metadata = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null))
    },
  },
  {
    name: 'metadata-fields',
    refs: [
      'disc-011',
      'disc-012',
      'disc-017',
      'disc-022',
      'disc-025',
      'disc-027',
      'disc-030',
      'disc-031',
      'disc-032',
      'disc-033',
      'disc-034',
      'disc-035',
    ],
    run({ metadata, parameters }) {
      const absent = parameters.requiredFields.filter((name) => metadata[name] === undefined)
      if (absent.length > 0) throw new Refusal(`The metadata lacks ${absent.join(', ')}.`)
    },
  },
  {
    name: 'metadata-field-types',
    refs: ['disc-005'],
    run({ metadata }) {
      const noList = LISTS.find((name) => metadata[name] !== undefined && !isStrings(metadata[name]))
      if (noList) throw new Refusal(`"${noList}" of the metadata is no list of strings.`)
      const noString = STRINGS.find(
        (name) => metadata[name] !== undefined && typeof metadata[name] !== 'string',
      )
      if (noString) throw new Refusal(`"${noString}" of the metadata is no string.`)
    },
  },
  {
    // 2.2: an empty list says "not supported".
    name: 'metadata-support',
    refs: ['disc-009', 'disc-012', 'disc-025', 'disc-027', 'disc-031', 'disc-034'],
    breaks: ['disc-009'],
    run({ metadata }) {
      const empty = NEEDED.find((name) => isStrings(metadata[name]) && metadata[name].length === 0)
      if (empty) throw new Refusal(`${empty} of the metadata is empty: nothing of it is supported.`)
    },
  },
  {
    name: 'metadata-udap-version',
    refs: ['disc-011'],
    run({ metadata }) {
      const versions = stringsOf(metadata, 'udap_versions_supported')
      if (versions.length !== 1 || versions[0] !== UDAP_VERSION) {
        throw new Refusal(`udap_versions_supported is not exactly ["${UDAP_VERSION}"].`)
      }
    },
  },
  {
    name: 'metadata-conditional-fields',
    refs: ['disc-019', 'disc-023', 'disc-029'],
    run({ metadata }) {
      for (const name of ['udap_authorization_extensions', 'udap_certifications']) {
        if (
          stringsOf(metadata, `${name}_supported`).length > 0 &&
          metadata[`${name}_required`] === undefined
        ) {
          throw new Refusal(`${name}_supported is not empty, so ${name}_required must be there.`)
        }
      }
      const hasCode = stringsOf(metadata, 'grant_types_supported').includes('authorization_code')
      if (hasCode && metadata.authorization_endpoint === undefined) {
        throw new Refusal('authorization_code is supported, so authorization_endpoint must be there.')
      }
    },
  },
  {
    name: 'metadata-required-within-supported',
    refs: ['disc-020', 'disc-024'],
    run({ metadata, parameters }) {
      if (!parameters.requiredWithinSupported) return
      for (const name of ['udap_authorization_extensions', 'udap_certifications']) {
        const supported = stringsOf(metadata, `${name}_supported`)
        const beyond = stringsOf(metadata, `${name}_required`).find((one) => !supported.includes(one))
        if (beyond !== undefined)
          throw new Refusal(`${name}_required lists "${beyond}", which is not supported.`)
      }
    },
  },
  {
    name: 'metadata-endpoints',
    refs: ['disc-029', 'disc-030', 'disc-033'],
    run({ metadata }) {
      for (const name of ['authorization_endpoint', 'token_endpoint', 'registration_endpoint']) {
        if (metadata[name] !== undefined && !absoluteHttps(metadata[name])) {
          throw new Refusal(`${name} of the metadata is no absolute https URL.`)
        }
      }
    },
  },
]

/** Empty when it is absent or, behind a skipped check, no list: `[]` means "not supported" (2.2). */
function stringsOf(metadata: JsonObject, name: string): string[] {
  const list = metadata[name]
  return isStrings(list) ? list : []
}
