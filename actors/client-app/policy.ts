/** What a scenario may loosen or tighten of a client app. */
import { Type } from 'typebox'
import { RevocationPolicy } from '../policy.ts'

export const Policy = Type.Object(
  {
    revocation: RevocationPolicy,
    signedMetadata: Type.Enum(['validate', 'warn'], {
      description:
        'When signed_metadata is not to be believed, its certificate included: stop (2.3), or go on and say in the result what did not hold. For a server that is a mock, such as one with a placeholder for a certificate.',
      default: 'validate',
    }),
    onMismatch: Type.Enum(['stop', 'use-signed'], {
      description:
        'When an endpoint in signed_metadata is not the one beside it: stop, or use the signed one. The version of the guide says when left out.',
    }),
    assertionKey: Type.Enum(['x5c', 'jku'], {
      description:
        'Where client assertions have their certificates: in x5c, or in a key set that the app serves and registers as jku (7.6, experimental).',
      default: 'x5c',
    }),
    clientIdParameter: Type.Boolean({
      description:
        'Whether token requests say client_id beside the client assertion, too (UDAP JWT client auth 5: MAY).',
      default: false,
    }),
  },
  { additionalProperties: false },
)
