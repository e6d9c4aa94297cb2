/**
 * A plan: what a run will do, frozen, every default filled in, with the place of everything in its file. The
 * one source of its types and of schema/plan.schema.json.
 */
import { type Static, Type } from 'typebox'
import type { Community } from '../../spec/community.ts'
import type { Json, JsonObject } from '../../wire/json.ts'
import { materials } from './schema-image.ts'

const closed = { additionalProperties: false }
const AnyObject = (description?: string) =>
  Type.Unsafe<JsonObject>({ type: 'object', ...(description && { description }) })

export const AtSchema = Type.Object(
  { file: Type.String(), line: Type.Integer(), column: Type.Integer() },
  { ...closed, description: '1-based place in a scenario file.' },
)

/** Of an image: `${{ place }}` and `${{ actors }}` are still in its texts, the rest is filled in. */
const ImageFileSchema = Type.Union([
  Type.Object({ path: Type.String(), text: Type.String() }, closed),
  Type.Object(
    { path: Type.String(), holds: Type.Enum([...materials]), password: Type.Optional(Type.String()) },
    closed,
  ),
])

const ImagePlaceSchema = Type.Object(
  {
    image: Type.String(),
    port: Type.Optional(
      Type.Integer({ description: 'It listens there; on one that is chosen when absent.' }),
    ),
    path: Type.Optional(Type.String({ description: "Of its base URL; its kind's when absent." })),
    command: Type.Optional(Type.Array(Type.String())),
    env: Type.Record(Type.String(), Type.String()),
    files: Type.Array(ImageFileSchema),
    ready: Type.Union(
      [
        Type.Object({ path: Type.String(), status: Type.Integer() }, closed),
        Type.Object({ log: Type.String() }, closed),
        Type.Object({}, closed),
      ],
      { description: 'It answers there with that status; it writes that text; it answers at its base URL.' },
    ),
    readyMs: Type.Integer(),
  },
  { ...closed, description: 'An image of somebody else.' },
)

const SecretSchema = Type.Union([
  Type.Object({ env: Type.String() }, closed),
  Type.Object({ file: Type.String() }, closed),
])

const PlaceSchema = Type.Union([
  Type.Literal('in-process'),
  Type.Literal('process'),
  Type.Literal('container'),
  Type.Object(
    {
      url: Type.String(),
      upstream: Type.Optional(
        Type.String({ description: 'Observed: the testbed listens at `url` and hands on to here.' }),
      ),
    },
    closed,
  ),
  Type.Object(
    {
      await: Type.Object(
        {
          url: Type.Optional(Type.String({ description: 'Its URI.' })),
          start: Type.Optional(Type.String({ description: 'Where a person begins.' })),
        },
        closed,
      ),
    },
    { ...closed, description: 'It acts by itself, and steps wait for it: a client under test, or a person.' },
  ),
  Type.Object(
    {
      manage: Type.String({ description: 'Where its management port is.' }),
      url: Type.Optional(Type.String({ description: 'Its base URL; absent when it serves nothing.' })),
      port: Type.Optional(
        Type.Integer({ description: 'It listens there; on the port of its URL by default.' }),
      ),
    },
    closed,
  ),
  ImagePlaceSchema,
])

/** What a scenario wants changed in one artifact. */
const ChangeSchema = Type.Object(
  {
    artifact: Type.String(),
    set: Type.Optional(AnyObject()),
    replace: Type.Optional(AnyObject()),
    remove: Type.Optional(Type.Array(Type.String())),
    sign: Type.Optional(
      Type.Object(
        {
          with: Type.Enum(['another-key', 'another-certificate']),
          alg: Type.Optional(Type.String()),
        },
        closed,
      ),
    ),
    delayMs: Type.Optional(Type.Integer()),
    drop: Type.Optional(Type.Literal(true)),
  },
  closed,
)

const PlanFaultSchema = Type.Object(
  {
    actor: Type.String({ description: 'Actor name.' }),
    inject: Type.String({ description: 'Its name; of a change that the scenario describes, what that is.' }),
    change: Type.Optional(ChangeSchema),
    at: AtSchema,
  },
  closed,
)

const PlanCertificateSchema = Type.Object(
  {
    from: Type.String(),
    profile: Type.String(),
    key: Type.String(),
    purpose: Type.Optional(Type.String({ description: 'Code after # in the URI of the certificate.' })),
  },
  closed,
)

const OutsideSchema = Type.Object(
  {
    anchors: Type.Array(Type.String(), { description: 'Base64 DER: trust anchors of its community.' }),
    community: Type.Optional(Type.String({ description: 'URI of that community, when it is not ours.' })),
    facts: Type.Record(Type.String(), Type.String()),
    allowFaults: Type.Boolean({ description: 'Faults and load may reach it.' }),
  },
  { ...closed, description: 'What is known of a system elsewhere.' },
)

const ServeSchema = Type.Object(
  {
    url: Type.Optional(Type.String({ description: 'Base URL that everybody uses.' })),
    address: Type.Optional(Type.String()),
    port: Type.Optional(Type.Integer()),
    tls: Type.Optional(
      Type.Object(
        { certificate: Type.String(), key: Type.String() },
        { ...closed, description: 'Paths of PEM files.' },
      ),
    ),
  },
  { ...closed, description: 'A fixed address of a simulated actor.' },
)

const OwnCertificateSchema = Type.Object(
  {
    file: Type.String({ description: 'PKCS#12, or a chain in PEM.' }),
    key: Type.Optional(Type.String()),
    password: Type.Optional(SecretSchema),
    community: Type.Optional(Type.String()),
  },
  { ...closed, description: 'A UDAP certificate that somebody else issued: where its files are.' },
)

const PlanActorSchema = Type.Object(
  {
    name: Type.String(),
    kind: Type.String(),
    title: Type.Optional(Type.String()),
    place: PlaceSchema,
    spec: Type.String({ description: 'Guide version, for example `2.0.0`.' }),
    trusts: Type.Array(Type.String(), {
      description: 'Names of certificate authorities whose communities it trusts.',
    }),
    certificates: Type.Array(PlanCertificateSchema, {
      description:
        'How its UDAP certificates are issued, one a certificate authority; none for an authority itself.',
    }),
    with: AnyObject(),
    policy: AnyObject(),
    faults: Type.Array(PlanFaultSchema),
    links: Type.Record(Type.String(), Type.String(), { description: 'Link name to actor name, filled in.' }),
    outside: Type.Optional(OutsideSchema),
    serve: Type.Optional(ServeSchema),
    own: Type.Optional(OwnCertificateSchema),
    authority: Type.Optional(
      Type.String({ description: 'Folder of the authority that this certificate authority is.' }),
    ),
    password: Type.Optional(SecretSchema),
    at: AtSchema,
  },
  closed,
)

export const expectationKinds = [
  'status',
  'headers',
  'body',
  'request',
  'redirect',
  'jwt',
  'stopped',
  'hop',
  'noHop',
  'hops',
  'that',
] as const
export const levels = ['must', 'should', 'may'] as const

const PlanExpectationSchema = Type.Object(
  {
    id: Type.String({ description: '`<step>/<n>`, n from 1.' }),
    kind: Type.Enum(expectationKinds),
    value: Type.Unsafe<Json>({}),
    level: Type.Enum(levels),
    refs: Type.Array(Type.String()),
    hint: Type.Optional(Type.String()),
    at: AtSchema,
    source: Type.String({ description: "The file's text at `at.line`, for messages." }),
  },
  closed,
)

const PlanStepSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.Optional(Type.String()),
    actor: Type.Optional(Type.String({ description: 'Absent for `testbed/*`.' })),
    uses: Type.String(),
    with: AnyObject('`${{ }}` that needs the run (actors, steps) is still in here; the rest is filled in.'),
    if: Type.Optional(Type.String()),
    finally: Type.Optional(
      Type.Literal(true, { description: 'It runs even when the stage broke at a step before it.' }),
    ),
    faults: Type.Array(PlanFaultSchema),
    expect: Type.Array(PlanExpectationSchema),
    timeoutMs: Type.Integer(),
    awaits: Type.Optional(
      Type.Enum(['answer', 'nothing'], {
        description:
          'Its actor acts by itself. The step waits for the answer hop of the action, or sees that none comes.',
      }),
    ),
    at: AtSchema,
    source: Type.String({ description: "The file's text at `at.line`, for messages." }),
  },
  closed,
)

const PlanCaseSchema = Type.Object(
  {
    id: Type.String({
      description: 'Short and unique in the plan: `c1`, `c2`, …; part of every host name of the case.',
    }),
    name: Type.String(),
    matrix: Type.Optional(AnyObject('Row of the matrix, when the scenario has one.')),
    at: AtSchema,
    tags: Type.Array(Type.String()),
    description: Type.Optional(Type.String()),
    real: Type.Optional(
      Type.Array(Type.String(), { description: 'Actors in whose place a real system may be.' }),
    ),
    seed: Type.String(),
    clock: Type.Optional(
      Type.String({ description: 'Scenario time at the start, ISO 8601; absent = real time.' }),
    ),
    actors: Type.Array(PlanActorSchema),
    communities: Type.Optional(
      Type.Record(Type.String(), Type.Unsafe<Community>({ type: 'object' }), {
        description: 'Definitions of the trust communities of the case, by URI, as far as there are any.',
      }),
    ),
    tlsRoots: Type.Optional(
      Type.Array(Type.String(), { description: 'PEM: further roots that TLS certificates may lead to.' }),
    ),
    awaitMs: Type.Optional(
      Type.Integer({ description: 'So long steps wait for a client under test or a person.' }),
    ),
    steps: Type.Array(PlanStepSchema),
    skip: Type.Optional(
      Type.String({
        description:
          'Why the case cannot run as asked (a fault inside a `{ url }` actor); it is reported, not run.',
      }),
    ),
  },
  closed,
)

const ShardSchema = Type.Object(
  {
    index: Type.Integer({ description: 'From 1.' }),
    of: Type.Integer(),
    split: Type.String({
      description: 'SHA-256 of which case is in which shard: the same in all parts of one whole.',
    }),
  },
  { ...closed, description: 'Present when these are only some of the cases that were chosen.' },
)

export const PlanSchema = Type.Object(
  {
    plan: Type.Literal(1),
    shard: Type.Optional(ShardSchema),
    authority: Type.Optional(
      Type.String({ description: 'Folder of the authority whose TLS root all runs share.' }),
    ),
    cases: Type.Array(PlanCaseSchema),
  },
  closed,
)

export type At = Static<typeof AtSchema>
export type PlanCertificate = Static<typeof PlanCertificateSchema>
export type Place = Static<typeof PlaceSchema>
export type Secret = Static<typeof SecretSchema>
export type Outside = Static<typeof OutsideSchema>
export type ImagePlace = Static<typeof ImagePlaceSchema>
export type ImageFile = Static<typeof ImageFileSchema>
export type PlanFault = Static<typeof PlanFaultSchema>
export type PlanChange = Static<typeof ChangeSchema>
export type PlanActor = Static<typeof PlanActorSchema>
export type PlanExpectation = Static<typeof PlanExpectationSchema>
export type PlanStep = Static<typeof PlanStepSchema>
export type PlanShard = Static<typeof ShardSchema>
export type PlanCase = Static<typeof PlanCaseSchema>
export type Plan = Static<typeof PlanSchema>
export type ExpectationKind = (typeof expectationKinds)[number]
