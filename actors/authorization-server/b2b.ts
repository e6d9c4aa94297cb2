/**
 * The B2B authorization extension object (guide, B2B 5.2.1.1). The guide names no error for a bad one; UDAP
 * Client Authorization Grants 6.4 has invalid_grant.
 */
import type { JsonObject } from '../../wire/json.ts'
import { isObject } from '../../wire/json.ts'
import { B2B_EXTENSION } from '../../wire/udap.ts'
import type { Check } from '../checks.ts'
import { isStrings, member } from './jwt.ts'
import { refuse, type TokenRequest } from './token-request.ts'
import { URI } from './uri.ts'

/** The object, empty when there is none: whoever skips the check of its presence skips nothing else. */
function extension({ jwt }: TokenRequest): JsonObject | undefined {
  const object = member(jwt.claims.extensions, B2B_EXTENSION)
  return isObject(object) ? object : undefined
}

export const b2bPresent: Check<TokenRequest> = {
  name: 'b2b-extension',
  refs: ['b2b-020', 'b2b-040'],
  run(subject) {
    if (!extension(subject)) {
      refuse('invalid_grant', `The client assertion has no ${B2B_EXTENSION} object in extensions.`)
    }
  },
}

export const b2bVersion: Check<TokenRequest> = {
  name: 'b2b-version',
  refs: ['b2b-025'],
  run(subject) {
    const object = extension(subject)
    if (object && member(object, 'version') !== '1') {
      refuse('invalid_grant', `version of ${B2B_EXTENSION} must be 1, as a string.`)
    }
  },
}

export const b2bOrganization: Check<TokenRequest> = {
  name: 'b2b-organization-id',
  refs: ['b2b-031'],
  run(subject) {
    const object = extension(subject)
    const id = member(object, 'organization_id')
    if (object && !(typeof id === 'string' && URI.test(id))) {
      refuse('invalid_grant', `organization_id of ${B2B_EXTENSION} must be a URI.`)
    }
  },
}

export const b2bPurpose: Check<TokenRequest> = {
  name: 'b2b-purpose-of-use',
  refs: ['b2b-034'],
  run(subject) {
    const object = extension(subject)
    const purposes = member(object, 'purpose_of_use')
    if (object && !(isStrings(purposes) && purposes.length > 0 && purposes.every((code) => code !== ''))) {
      refuse('invalid_grant', `purpose_of_use of ${B2B_EXTENSION} must be an array of one or more codes.`)
    }
  },
}
