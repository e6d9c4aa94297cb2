/** How a scenario says that an actor is somebody else's image. */
import { type Static, Type } from 'typebox'

const closed = { additionalProperties: false }

/** What a file inside may hold of the case. */
export const materials = [
  'tls-certificate',
  'tls-key',
  'tls-pkcs12',
  'tls-root',
  'udap-certificate',
  'udap-key',
  'udap-pkcs12',
  'udap-anchors',
] as const
export type Material = (typeof materials)[number]

const Material = Type.Object(
  {
    holds: Type.Enum([...materials], {
      description:
        'Its TLS or UDAP certificate with its chain, its key, or what it is to trust; PEM or PKCS#12.',
    }),
    password: Type.Optional(Type.String({ minLength: 1, description: 'Of a PKCS#12 file.' })),
  },
  closed,
)

export const ImagePlace = Type.Object(
  {
    image: Type.String({
      minLength: 1,
      description: "Somebody else's image, for example quay.io/keycloak/keycloak:26.4.",
    }),
    port: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 65535,
        description: 'The port that it listens on inside; when left out, one is chosen: ${{ place.port }}.',
      }),
    ),
    path: Type.Optional(
      Type.String({
        pattern: '^(/[^/?#\\s]+)*$',
        description: 'Path of its base URL, for example /fhir; that of its kind by default.',
      }),
    ),
    command: Type.Optional(
      Type.Array(Type.String(), { minItems: 1, description: "Instead of the image's own command." }),
    ),
    env: Type.Optional(
      Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]), {
        description:
          'Its environment; ${{ place.url }}, place.origin, place.host, place.port and actors.<name>.url are known.',
      }),
    ),
    files: Type.Optional(
      Type.Record(Type.String(), Type.Union([Type.String(), Material]), {
        description: 'Path inside to a file beside the scenario, filled in as env, or to { holds: tls-key }.',
      }),
    ),
    ready: Type.Optional(
      Type.Object(
        {
          path: Type.Optional(
            Type.String({
              pattern: '^/',
              description: 'It answers 200 there, counted from the root of its server.',
            }),
          ),
          status: Type.Optional(
            Type.Integer({ minimum: 100, maximum: 599, description: 'It answers so instead of 200.' }),
          ),
          log: Type.Optional(
            Type.String({ minLength: 1, description: 'It writes a line that holds this text.' }),
          ),
          within: Type.Optional(
            Type.String({ description: 'ISO 8601 duration such as PT2M; PT1M when left out.' }),
          ),
        },
        { ...closed, description: 'When it is ready: as soon as it answers at its base URL, when left out.' },
      ),
    ),
  },
  closed,
)
export type ImageEntry = Static<typeof ImagePlace>
