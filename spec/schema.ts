/** What the files under spec/ must look like. The types are those of types.ts. */
import { Type } from 'typebox'

const closed = { additionalProperties: false }
const text = Type.String({ minLength: 1 })
const seconds = Type.Integer({ minimum: 1 })

export const VersionFile = Type.Object(
  {
    version: text,
    title: text,
    package: text,
    realm: Type.Enum(['us', 'uv']),
    sections: Type.Record(Type.String({ pattern: '^[0-9.]+$' }), text),
    parameters: Type.Object(
      {
        discovery: Type.Object(
          {
            unknownCommunity: Type.Enum(['404', '204', 'default']),
            unknownCommunityStatus: Type.Enum([404, 204]),
            communityParameter: Type.Enum(['required', 'optional']),
            clientNamesCommunity: Type.Boolean(),
            endpointsDiffer: Type.Enum(['use-signed', 'stop']),
            signedMetadataAlgorithms: Type.Array(text, { minItems: 1, uniqueItems: true }),
            requiredFields: Type.Array(text, { uniqueItems: true }),
            requiredWithinSupported: Type.Boolean(),
          },
          closed,
        ),
        registration: Type.Object(
          {
            maxLifetimeS: seconds,
            modifiedBy: Type.Enum(['uri', 'uri-and-community']),
            echoJwtClaims: Type.Boolean(),
          },
          closed,
        ),
        authorize: Type.Object(
          {
            state: Type.Enum(['required', 'optional']),
            pkce: Type.Enum(['required', 'optional']),
            scope: Type.Enum(['required', 'optional']),
            udapScope: Type.Enum(['registered', 'any']),
            issuerInResponse: Type.Boolean(),
          },
          closed,
        ),
        token: Type.Object(
          {
            scopeInRequest: Type.Enum(['required', 'optional']),
            maxLifetimeS: seconds,
            context: Type.Enum(['bound', 'any']),
            sharedSecret: Type.Enum(['allowed', 'refused']),
            subjectId: Type.Enum(['any', 'npi']),
          },
          closed,
        ),
        jwt: Type.Object(
          { jtiUniquePer: Type.Enum(['issuer', 'issuer-and-type']), maxAssertionLifetimeS: seconds },
          closed,
        ),
      },
      closed,
    ),
  },
  closed,
)

const Strength = Type.Enum(['SHALL', 'SHALL NOT', 'SHOULD', 'SHOULD NOT', 'MAY'])

const RequirementRow = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z0-9]+-x?[0-9]+$' }),
    page: text,
    section: text,
    strength: Strength,
    strengthIn: Type.Optional(Type.Record(Type.String(), Strength)),
    actor: text,
    text,
    since: Type.Array(text, { minItems: 1 }),
    changed: Type.Optional(text),
    check: Type.Enum(['wire', 'fault', 'policy']),
    flow: Type.Array(text, { minItems: 1 }),
    parameters: Type.Optional(Type.Array(text, { minItems: 1 })),
    limit: Type.Optional(Type.Literal(true)),
    unbreakable: Type.Optional(text),
    unjudged: Type.Optional(text),
    fact: Type.Optional(text),
    inferno: Type.Object(
      {
        ids: Type.Array(Type.Integer()),
        coverage: Type.Enum(['none', 'automated', 'attestation']),
        note: Type.Optional(text),
      },
      closed,
    ),
    origin: Type.Enum(['ig', 'udap-or-rfc', 'community']),
    keyword: Type.Boolean(),
  },
  closed,
)

const ErrorRow = Type.Object(
  {
    code: Type.String({ pattern: '^[a-z_]+$' }),
    at: Type.Enum(['registration', 'token', 'authorization', 'resource', 'revocation']),
    status: Type.Optional(Type.Array(Type.Integer({ minimum: 400, maximum: 599 }), { minItems: 1 })),
    when: text,
    custom: Type.Optional(text),
    source: text,
    refs: Type.Array(text),
  },
  closed,
)

export const ErrorsFile = Type.Array(ErrorRow, { minItems: 1 })

export const RequirementsFile = Type.Array(RequirementRow, { minItems: 1 })
