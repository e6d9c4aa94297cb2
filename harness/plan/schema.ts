/** The scenario language: the one source of its types, its validation and the published JSON Schema. */
import { type Static, Type } from 'typebox'
import { places } from './options.ts'
import { Expectation, type ExpectationEntry, Expression, expectDefinitions, ref } from './schema-expect.ts'
import { ImagePlace } from './schema-image.ts'
import { awaited } from './system.ts'

const closed = { additionalProperties: false }
const name = '^[a-z][a-z0-9-]{0,30}$'
const id = '^[A-Za-z][A-Za-z0-9_-]*$'

const Values = Type.Record(Type.String(), Type.Unknown())

const Input = Type.Object(
  {
    type: Type.Enum(['string', 'number', 'boolean', 'array', 'object'], {
      description: 'How --input name=value is read: as text, else as JSON.',
    }),
    default: Type.Optional(Type.Unknown()),
    description: Type.Optional(Type.String()),
  },
  closed,
)
const Inputs = Type.Record(Type.String({ pattern: id }), Input, {
  additionalProperties: false,
  description: 'Values that --input name=value sets, read as ${{ inputs.name }}.',
})

const paths = (description: string) =>
  Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description }))

/** A fault by name, or a change of one artifact in the scenario's own words. */
const fault = {
  inject: Type.Optional(
    Type.String({ description: 'A fault such as software-statement/expired, or skip/<check>.' }),
  ),
  change: Type.Optional(
    Type.String({ description: 'For experiments, instead of inject: the artifact that is changed.' }),
  ),
  set: paths('Path, such as claims.exp, header.alg or udap, to the value that it gets.'),
  replace: paths('The same, only where there is a value already.'),
  remove: Type.Optional(
    Type.Array(Type.String(), { minItems: 1, description: 'Paths that are taken away.' }),
  ),
  sign: Type.Optional(
    Type.Object(
      {
        with: Type.Optional(Type.Enum(['another-key', 'another-certificate'])),
        alg: Type.Optional(Type.Enum(['RS256', 'RS384', 'ES256', 'ES384', 'HS256', 'none'])),
      },
      { ...closed, description: 'The JWT is signed anew: with another key when nothing else is said.' },
    ),
  ),
  delay: Type.Optional(
    Type.String({ description: 'It is held back: ISO 8601 duration such as PT2S, up to PT30S.' }),
  ),
  drop: Type.Optional(
    Type.Literal(true, { description: 'The connection ends instead of the answer that it would be.' }),
  ),
}
const Fault = Type.Object(fault)
export type FaultEntry = Static<typeof Fault>

const certificate = Type.Object(
  {
    from: Type.Optional(Type.String({ description: 'The certificate authority that issues it.' })),
    profile: Type.Optional(Type.String({ description: 'Certificate profile (certs/profiles.yaml).' })),
    key: Type.Optional(Type.String({ description: 'Key algorithm, for example rsa-2048 or ec-p256.' })),
    purpose: Type.Optional(
      Type.String({
        description: 'Code after # in its URI, in a community that puts the purpose of use there.',
      }),
    ),
  },
  closed,
)

export type CertificateEntry = Static<typeof certificate>
const Certificate = ref<CertificateEntry>('certificate')

const Place = Type.Union([
  Type.Enum([...places, awaited], {
    description: 'await: it acts by itself, and steps wait for it: a client under test, or a person.',
  }),
  Type.Object({ url: Type.String({ description: 'A system that somebody else runs.' }) }, closed),
  Type.Object(
    {
      manage: Type.String({
        description: 'The management port of an actor that runs already, http://host:port.',
      }),
      url: Type.Optional(
        Type.String({ description: 'Its base URL, the same for everybody; none when it serves nothing.' }),
      ),
      port: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: 65535,
          description: 'The port that it listens on; that of its URL by default.',
        }),
      ),
    },
    closed,
  ),
  ImagePlace,
])

const actor = Type.Object(
  {
    kind: Type.String({ description: 'What it is, for example client-app.' }),
    name: Type.Optional(Type.String({ description: 'What people call it.' })),
    place: Type.Optional(Place),
    spec: Type.Optional(
      Type.String({ description: 'The version of the guide that it follows, for example 2.0.0.' }),
    ),
    trusts: Type.Optional(
      Type.Union([Type.String(), Type.Array(Type.String())], {
        description: 'Certificate authorities that it trusts; the only one by default.',
      }),
    ),
    certificate: Type.Optional(
      Type.Union(
        [
          Type.String({ description: 'A certificate profile.' }),
          Certificate,
          Type.Array(Certificate, { minItems: 1, description: 'One a certificate authority.' }),
        ],
        { description: 'How its UDAP certificate is issued: a profile, or from, profile and key.' },
      ),
    ),
    with: Type.Optional(Values),
    policy: Type.Optional(Values),
    faults: Type.Optional(
      Type.Array(Type.Object({ ...fault, at: Type.Optional(Type.String()) }, closed), {
        description: 'Ways in which it misbehaves for the whole case.',
      }),
    ),
  },
  closed,
)
export type ActorEntry = Static<typeof actor>

/** Instead of an action: for what somebody makes from outside. */
const Await = Type.Object(
  {
    hop: Type.Optional(ref('hop', 'The step ends when a hop like this has come; `timeout` says by when.')),
    noHop: Type.Optional(ref('hop', 'The step passes when no hop like this has come by the end of `for`.')),
    for: Type.Optional(
      Type.String({ description: 'How long none may come: ISO 8601 duration such as PT10S, the default.' }),
    ),
    prompt: Type.Optional(Type.String({ description: 'What to do now, for whoever sits at it.' })),
    url: Type.Optional(Type.String({ description: 'Where.' })),
  },
  { ...closed, description: 'In the place of uses: waits for what somebody makes from outside.' },
)

const step = Type.Object(
  {
    id: Type.String({
      pattern: id,
      description: 'Letters, digits, _ and -; unique in the file, read as ${{ steps.id.outputs.name }}.',
    }),
    name: Type.Optional(Type.String()),
    actor: Type.Optional(Type.String({ description: 'Who acts. Steps of testbed/* need none.' })),
    uses: Type.Optional(
      Type.String({ description: 'An action such as udap/register, or a part: ../parts/x.yaml.' }),
    ),
    await: Type.Optional(Await),
    with: Type.Optional(Values),
    if: Type.Optional(
      Type.Union([Type.String(), Type.Boolean()], { description: 'When false, the step is skipped.' }),
    ),
    faults: Type.Optional(
      Type.Array(
        Type.Object(
          {
            at: Type.String({ description: 'The actor that misbehaves.' }),
            ...fault,
          },
          closed,
        ),
        {
          description:
            'Ways in which actors misbehave during this step. One that never fires fails the step.',
        },
      ),
    ),
    expect: Type.Optional(Type.Array(Expectation)),
    timeout: Type.Optional(Type.String({ description: 'ISO 8601 duration such as PT30S, the default.' })),
  },
  closed,
)
export type StepEntry = Static<typeof step>
const Steps = Type.Array(ref<StepEntry>('step'), { minItems: 1 })
const definitions = { ...expectDefinitions, certificate, actor, step }

export const ScenarioFile = Type.Object(
  {
    scenario: Type.Literal(1, { description: 'Version of the scenario language.' }),
    name: Type.String({ minLength: 1 }),
    description: Type.Optional(Type.String()),
    tags: Type.Optional(Type.Array(Type.String({ pattern: '^[\\w-]+$' }))),
    real: Type.Optional(
      Type.Array(Type.String(), {
        minItems: 1,
        description: 'Names of the actors in whose place a real system may be; `list --tracks` says how.',
      }),
    ),
    clock: Type.Optional(
      Type.String({ description: 'Scenario time at the start, ISO 8601; real time by default.' }),
    ),
    spec: Type.Optional(
      Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1 })], {
        description: 'The versions of the guide in which it means something; all when left out.',
      }),
    ),
    inputs: Type.Optional(Inputs),
    matrix: Type.Optional(
      Type.Object(
        {
          include: Type.Array(Values, {
            minItems: 1,
            description: 'One case a row, read as ${{ matrix.name }}.',
          }),
        },
        closed,
      ),
    ),
    actors: Type.Record(Type.String({ pattern: name }), ref<ActorEntry>('actor'), {
      additionalProperties: false,
      minProperties: 1,
    }),
    steps: Steps,
    finally: Type.Optional(
      Type.Array(ref<StepEntry>('step'), {
        minItems: 1,
        description: 'Steps that run after all others, even when the stage broke at one of them.',
      }),
    ),
  },
  {
    ...closed,
    $defs: definitions,
    description: 'A scenario begins with scenario: 1 and a name; actors take part, steps say what they do.',
  },
)

export const PartFile = Type.Object(
  {
    part: Type.Literal(1, { description: 'Version of the scenario language.' }),
    name: Type.Optional(Type.String()),
    description: Type.Optional(Type.String()),
    inputs: Type.Optional(Inputs),
    steps: Steps,
    outputs: Type.Optional(
      Type.Record(Type.String({ pattern: id }), Expression, {
        additionalProperties: false,
        description: 'What the calling step gives on, read as ${{ steps.caller.outputs.name }}.',
      }),
    ),
  },
  { ...closed, $defs: definitions },
)

export type ScenarioFile = Static<typeof ScenarioFile>
export type PartFile = Static<typeof PartFile>
export type InputEntry = Static<typeof Input>
export type { ExpectationEntry }

/** Published: what an editor checks scenario and part files with. */
export const ScenarioSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'udap-testbed scenario or part',
  type: 'object',
  if: { required: ['part'] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { ...PartFile, $defs: undefined },
  else: { ...ScenarioFile, $defs: undefined },
  $defs: definitions,
}
