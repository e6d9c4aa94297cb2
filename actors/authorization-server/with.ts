/** What a scenario may say about an authorization server. */
import { type Static, Type } from 'typebox'
import type { Kind } from '../actor.ts'

/** Which of it are names of other actors. */
export const names: Record<string, Kind[]> = {
  users: ['user'],
  'links.user': ['user'],
  'links.idp': ['identity-provider'],
}

const Link = Type.Object(
  {
    idp: Type.String({ description: 'Name of the identity provider.' }),
    user: Type.Optional(Type.String({ description: 'Name of the user whom it knows.' })),
    sub: Type.Optional(
      Type.String({
        description: 'Instead of user: the subject identifier at an identity provider elsewhere.',
      }),
    ),
    patient: Type.Optional(
      Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1 })], {
        description: 'Ids of their Patient resources here; those that the user names when left out.',
      }),
    ),
    fhirUser: Type.Optional(
      Type.String({ description: 'Their own FHIR resource here, such as Practitioner/d1.' }),
    ),
  },
  { additionalProperties: false },
)

/** With it, persons may sign in at the identity provider that they already have (guide, Tiered OAuth). */
const Tiered = Type.Object(
  {
    onFailure: Type.Enum(['reject', 'local-sign-in', 'other-idp'], {
      description:
        'When the preferred identity provider cannot be used: tell the client, let the person sign in here, or offer the identity providers of `links`.',
      default: 'reject',
    }),
  },
  { additionalProperties: false },
)

export const With = Type.Object(
  {
    grants: Type.Array(Type.Enum(['client_credentials', 'authorization_code', 'refresh_token']), {
      description: 'Grant types that a client may register for.',
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
    users: Type.Array(Type.String(), {
      description: 'Names of the users who can sign in here with a password.',
      default: [],
    }),
    links: Type.Array(Link, {
      description: 'Who is meant by a subject of an identity provider; somebody else is nobody here.',
      default: [],
    }),
    tiered: Type.Optional(Tiered),
  },
  { additionalProperties: false },
)

/** Of one that no person signs in at. */
export const forBackends = (
  own: Pick<Static<typeof With>, 'scopes' | 'tokenLifetimeS'>,
): Static<typeof With> => ({ ...own, grants: ['client_credentials'], tokens: 'jwt', users: [], links: [] })
