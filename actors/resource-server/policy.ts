/** What a scenario may loosen or tighten of a FHIR server. */
import { type Static, Type } from 'typebox'

export const Policy = Type.Object(
  {
    tokens: Type.Enum(['jwks', 'introspection'], {
      description:
        'How access tokens are checked: by the keys of the authorization server, or by asking it each time.',
      default: 'jwks',
    }),
    udap: Type.Enum(['supported', 'unsupported'], {
      description: 'Whether it takes part in UDAP at all; without it there are no UDAP metadata (2.2).',
      default: 'supported',
    }),
  },
  { additionalProperties: false },
)

export type Policy = Static<typeof Policy>
