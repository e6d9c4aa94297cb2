/**
 * Evidence of a run: trace.jsonl (a HalfHop a line) and stage.json (what the judge must know beside it). The
 * one source of their types and of schema/trace.schema.json and schema/stage.schema.json.
 */
import { type Static, Type } from 'typebox'
import { type Fired, HopIdSchema, ObservedSchema } from '../../wire/hop.ts'
import { AnyJson, anyObject, clockOffset, closed, Milliseconds, mapOf, RealTime } from '../../wire/schema.ts'

const serial = Type.String({ pattern: '^[0-9A-Fa-f]+$', description: 'Upper-case hexadecimal.' })

export const HalfHopSchema = Type.Object(
  {
    ...ObservedSchema.properties,
    case: Type.String(),
    step: Type.String(),
    from: Type.Optional(
      Type.String({ description: 'Actor that asked; absent when it is nobody of the case.' }),
    ),
    to: Type.Optional(
      Type.String({ description: 'Actor that was asked; absent when it is nobody of the case.' }),
    ),
    paired: Type.Optional(
      Type.Enum(['span', 'order'], {
        description: 'How the two halves found each other; absent when this half is alone.',
      }),
    ),
    decoded: Type.Optional(
      Type.Object(
        { request: Type.Optional(AnyJson), response: Type.Optional(AnyJson) },
        {
          ...closed,
          description: 'The message as decoded for people: JWTs, certificates, forms. Never judged by.',
        },
      ),
    ),
  },
  {
    ...closed,
    description:
      'A hop (one HTTP exchange) as one of its two ends saw it; the two halves of a hop have the same id.',
  },
)

const StageActorSchema = Type.Object(
  {
    kind: Type.String(),
    title: Type.Optional(Type.String({ description: 'What people call it.' })),
    place: Type.String({
      description:
        '`in-process`, `process`, `container`, `managed`, `await`, or the URL of a system elsewhere.',
    }),
    observed: Type.Optional(
      Type.Literal(true, { description: 'Elsewhere, and what arrives there passes through the testbed.' }),
    ),
    log: Type.Optional(
      Type.String({ description: 'What its container wrote: a file in the folder of the run.' }),
    ),
    url: Type.String(),
    spec: Type.String({ description: 'Guide version, for example `2.0.0`.' }),
    endpoints: mapOf(Type.String(), 'Endpoint name to absolute URL.'),
    links: mapOf(Type.String(), 'Link name to actor name.'),
    anchors: mapOf(Type.Array(Type.String()), 'Community URI to base64 DER anchors.'),
    policy: anyObject(),
    facts: anyObject('What it told about itself when it started.'),
  },
  closed,
)

const IssuedCertificateSchema = Type.Object(
  {
    actor: Type.String(),
    community: Type.String(),
    from: Type.String({ description: 'Name of the certificate authority that issued it.' }),
    serial,
    chain: Type.Array(Type.String(), { description: 'Base64 DER, leaf first, without the root.' }),
  },
  closed,
)

const FaultCountSchema = Type.Object(
  {
    actor: Type.String(),
    inject: Type.String(),
    fired: Type.Integer({ description: 'How often it fired.' }),
  },
  closed,
)

const RefusalSchema = Type.Object(
  { check: Type.String(), message: Type.String(), refs: Type.Array(Type.String()) },
  { ...closed, description: 'What one of its checks said, and the rules that it enforces.' },
)

const StageStepSchema = Type.Object(
  {
    id: Type.String(),
    state: Type.Enum(['ran', 'skipped', 'errored']),
    reason: Type.Optional(Type.String({ description: 'Why it was skipped or what went wrong.' })),
    input: anyObject('The input of the action, every `${{ }}` filled in.'),
    outputs: anyObject(),
    answer: Type.Optional(HopIdSchema),
    stopped: Type.Optional({ ...RefusalSchema, description: 'The actor itself refused to go on.' }),
    loosened: Type.Optional(
      Type.Array(RefusalSchema, {
        description: 'What it would have refused, had its policy not let it pass.',
      }),
    ),
    faults: Type.Array(FaultCountSchema, {
      description: 'Faults declared for the step; of whole-life faults those that a hop of it shows.',
    }),
    ms: Milliseconds,
  },
  closed,
)

const StageCaseSchema = Type.Object(
  {
    case: Type.String(),
    seed: Type.String(),
    startedAt: RealTime,
    clockOffsetMs: clockOffset('Scenario time minus real time at the start, in milliseconds.'),
    clockChanges: Type.Array(
      Type.Object({ step: Type.String(), offsetMs: clockOffset('From then on, in milliseconds.') }, closed),
      { description: 'Each later change, with the step that made it.' },
    ),
    actors: mapOf(StageActorSchema),
    issued: Type.Array(IssuedCertificateSchema, { description: 'UDAP certificates issued for the case.' }),
    revoked: Type.Array(
      Type.Object(
        {
          serial,
          issuer: Type.String(),
          step: Type.String(),
          at: Type.String({ description: 'Scenario time, ISO 8601.' }),
        },
        closed,
      ),
    ),
    steps: Type.Array(StageStepSchema),
    faults: Type.Array(FaultCountSchema, {
      description: 'Faults that actors had for their whole life, with how often each fired in all.',
    }),
    broke: Type.Optional(
      Type.Object(
        { actor: Type.Optional(Type.String()), step: Type.Optional(Type.String()), message: Type.String() },
        { ...closed, description: 'Set when the stage itself broke: the case is `errored`.' },
      ),
    ),
    ms: Milliseconds,
  },
  closed,
)

export const StageSchema = Type.Object(
  {
    stage: Type.Literal(1),
    testbed: Type.Object({ version: Type.String(), node: Type.String() }, closed),
    digests: mapOf(
      Type.String(),
      'SHA-256 of the requirement catalogue and of each version file that was in force.',
    ),
    anonymised: Type.Optional(
      Type.Literal(true, {
        description: 'Written for others: what is real has aliases, and the evidence is not judged again.',
      }),
    ),
    cases: Type.Array(StageCaseSchema),
  },
  closed,
)

/** Why a step that waits for somebody stopped: what it waits for did not come; nothing was to come, and nothing did. */
export const NOT_COME = 'not-come'
export const SILENT = 'silent'

/** A half of a hop with what only the harness knows. */
export type HalfHop = Static<typeof HalfHopSchema>
export type Stage = Static<typeof StageSchema>
export type StageCase = Static<typeof StageCaseSchema>
export type StageActor = Static<typeof StageActorSchema>
export type IssuedCertificate = Static<typeof IssuedCertificateSchema>
export type StageStep = Static<typeof StageStepSchema>
export type { Fired }
