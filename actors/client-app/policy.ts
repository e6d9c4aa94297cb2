/** What a scenario may loosen or tighten of a client app. */
import { Type } from 'typebox'
import { RevocationPolicy } from '../policy.ts'

export const Policy = Type.Object(
  {
    revocation: RevocationPolicy,
    onMismatch: Type.Enum(['stop', 'use-signed'], {
      description:
        'When an endpoint in signed_metadata is not the one beside it: stop, or use the signed one. The version of the guide says when left out.',
    }),
  },
  { additionalProperties: false },
)
