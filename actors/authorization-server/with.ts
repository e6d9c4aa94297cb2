/** What a scenario may say about an authorization server. */
import { Type } from 'typebox'

export const With = Type.Object(
  {
    grants: Type.Array(Type.Enum(['client_credentials', 'authorization_code', 'refresh_token']), {
      description:
        'Grant types that a client may register for. The token endpoint serves client_credentials only.',
      default: ['client_credentials'],
      minItems: 1,
    }),
    scopes: Type.Array(Type.String({ pattern: '^[\\x21\\x23-\\x5B\\x5D-\\x7E]+$' }), {
      description:
        'Scopes that can be granted. One with a `*` is a wildcard (guide 7.3): it can be asked for as it stands, or for a part of it.',
      default: [
        'system/Patient.rs',
        'system/Observation.rs',
        'system/Patient.read',
        'system/Observation.read',
      ],
      minItems: 1,
    }),
    tokenLifetimeS: Type.Integer({
      description: 'Lifetime of an access token in seconds, at most what the guide allows (5.2.3).',
      default: 300,
      minimum: 1,
    }),
    tokens: Type.Enum(['jwt', 'opaque'], {
      description: 'Access tokens: JWTs (RFC 9068), or references that only introspection can read.',
      default: 'jwt',
    }),
  },
  { additionalProperties: false },
)
