/** What testbed.yaml may say: the one source of its types, its validation and schema/testbed.schema.json. */
import { type Static, Type } from 'typebox'

const closed = { additionalProperties: false }

export const SecretSchema = Type.Union(
  [
    Type.Object(
      { env: Type.String({ minLength: 1, description: 'Name of the environment variable that holds it.' }) },
      closed,
    ),
    Type.Object(
      { file: Type.String({ minLength: 1, description: 'File that holds it, and nothing else.' }) },
      closed,
    ),
  ],
  {
    description:
      'A secret stays out of this file: { env: NAME } takes it from the environment, { file: path } from a file.',
  },
)

const text = (description: string) => Type.Optional(Type.String({ minLength: 1, description }))
const files = (description: string) =>
  Type.Optional(Type.Array(Type.String({ minLength: 1 }), { minItems: 1, description }))

const Certificate = Type.Object(
  {
    file: Type.String({ description: 'PKCS#12, or the chain in PEM, leaf first.' }),
    key: text('Private key in PEM, where `file` is a chain in PEM.'),
    password: Type.Optional(SecretSchema),
    community: text("URI of the community that issued it; that of the case's own CA when left out."),
  },
  { ...closed, description: 'A certificate that somebody else issued: file, and password or key.' },
)

const Serve = Type.Object(
  {
    url: text('Base URL that everybody uses, for example that of a reverse proxy.'),
    address: text('Address that it listens on; loopback when left out.'),
    port: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 65535, description: 'Port that it listens on.' }),
    ),
    tls: Type.Optional(
      Type.Object(
        {
          certificate: Type.String({ description: 'Chain in PEM, leaf first.' }),
          key: Type.String({ description: 'Its private key in PEM.' }),
        },
        { ...closed, description: 'Its TLS certificate chain and key, PEM files.' },
      ),
    ),
  },
  { ...closed, description: 'Where a simulated actor serves: url, address, port, tls.' },
)

const Actor = Type.Object(
  {
    url: text('Base URL of a server that somebody else runs, or the URI of a client that comes to us.'),
    await: Type.Optional(
      Type.Literal(true, {
        description: 'true: it acts by itself, and steps wait for it: a client under test, or a person.',
      }),
    ),
    start: text('Of a client under test: where a person begins.'),
    upstream: text('Observed: the testbed listens at `url` and hands everything on to this URL.'),
    endpoints: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description: 'Endpoint name to path or URL, where it is not the usual one.',
      }),
    ),
    anchors: files('UDAP trust anchors of its community, PEM or DER files: simulated actors trust them.'),
    community: text("URI of its community; that of the case's own CA when left out."),
    spec: text('Version of the guide that it follows.'),
    allowFaults: Type.Optional(
      Type.Boolean({
        description: 'true: faults and load may reach it. It gets conformant traffic otherwise.',
      }),
    ),
    facts: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description: 'What scenarios read as actors.<name>.<fact>, for example redirect_uri.',
      }),
    ),
    username: text('Of a simulated user: the name with which they sign in.'),
    subjects: Type.Optional(
      Type.Record(Type.String(), Type.String({ minLength: 1 }), {
        description:
          'Of a user: what real identity providers call them, provider by provider: the sub of its ID tokens.',
      }),
    ),
    password: Type.Optional(SecretSchema),
    certificate: Type.Optional(Certificate),
    serve: Type.Optional(Serve),
    authority: text('Of a certificate authority: the folder that `certs ca` made.'),
  },
  { ...closed, description: 'An actor of the scenarios, by its name there.' },
)

export const TestbedFile = Type.Object(
  {
    testbed: Type.Literal(1, { description: 'Version of this file: testbed: 1.' }),
    spec: text(
      'Version of the guide that everybody follows, in quotes or with three numbers: 2.0.0; as --spec.',
    ),
    inputs: Type.Optional(
      Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]), {
        description: 'Inputs of the scenarios, name: value; as --input.',
      }),
    ),
    communities: text('Folder with definitions of further trust communities; as --communities.'),
    authority: text(
      'Folder that `certs ca` made: the certificate authority of all cases that name no other community, and the TLS root of all runs.',
    ),
    tlsCa: files('Further TLS roots that our calls trust, PEM files; as --tls-ca.'),
    knownFailures: text(
      'File of failures that are known, with reasons; they do not fail the run; as --known-failures.',
    ),
    awaitFor: text(
      'How long steps wait for a client under test or a person, as an ISO 8601 duration: PT5M; as --await-for.',
    ),
    actors: Type.Optional(
      Type.Record(Type.String({ pattern: '^[a-z][a-z0-9-]{0,30}$' }), Actor, {
        additionalProperties: false,
        description: 'Who is real, and what is fixed of who is not, by the names in the scenarios.',
      }),
    ),
  },
  { ...closed, description: 'testbed: 1, and actors: who of the scenarios is a real system.' },
)

export type TestbedFile = Static<typeof TestbedFile>
export type ActorConfig = Static<typeof Actor>
