/** The scenario language, part two: what a step expects. */
import { type Static, Type } from 'typebox'
import type { Json } from '../../wire/json.ts'
import type { ExpectationKind } from './plan.ts'

const closed = { additionalProperties: false }

/** What is used in many places or in itself stands once, under the root schema's $defs. */
export const ref = <T = Json>(name: string, description?: string) =>
  Type.Unsafe<T>({ $ref: `#/$defs/${name}`, ...(description && { description }) })

const Matcher = ref('matcher')
const Members = ref('members')
const Status = ref('status')
const Count = ref('count')

export const Expression = Type.String({
  pattern: '\\$\\{\\{',
  description: 'A ${{ }} that is filled in later.',
})

const numberOrText = Type.Union([Type.Number(), Type.String()])

const operators = {
  $gt: Type.Optional(Type.Unsafe<Json>({ ...numberOrText, description: 'Greater than.' })),
  $gte: Type.Optional(Type.Unsafe<Json>({ ...numberOrText, description: 'Greater than or equal.' })),
  $lt: Type.Optional(Type.Unsafe<Json>({ ...numberOrText, description: 'Less than.' })),
  $lte: Type.Optional(Type.Unsafe<Json>({ ...numberOrText, description: 'Less than or equal.' })),
  $type: Type.Optional(
    Type.Enum(['string', 'number', 'integer', 'boolean', 'array', 'object', 'null'], {
      description: 'The JSON type of the value.',
    }),
  ),
  $present: Type.Optional(Type.Boolean({ description: 'Is the value there at all?' })),
  $length: Type.Optional(ref('count', 'Length of an array or a text: a number or operators.')),
  $oneOf: Type.Optional(Type.Array(Matcher, { minItems: 1, description: 'One of these matches.' })),
  $matches: Type.Optional(
    Type.String({ description: 'A regular expression that matches somewhere in the text.' }),
  ),
  $contains: Type.Optional(ref('matcher', 'An element of the array, or a part of the text.')),
  $not: Type.Optional(ref('matcher', 'Anything that does not match this.')),
}
const operatorNames = Object.keys(operators)

/** An operator stands alone in its object. */
const alone = Object.fromEntries(operatorNames.map((name) => [name, { maxProperties: 1 }]))

/** A literal, or one operator. Objects match as a subset, arrays exactly. */
const matcher = Type.Unsafe<Json>({
  description: 'A literal (objects match as a subset, arrays exactly) or an object with one $ operator.',
  anyOf: [
    Type.Null(),
    Type.Boolean(),
    Type.Number(),
    Type.String(),
    Type.Array(Matcher),
    {
      ...Type.Object(operators, { additionalProperties: false, minProperties: 0 }),
      patternProperties: { '^[^$]': Matcher },
      dependencies: alone,
    },
  ],
})

const members = Type.Record(Type.String({ pattern: '^[^$]' }), Matcher, {
  additionalProperties: false,
  description: 'Members that must be there, by name; others may be there too.',
})

const count = Type.Unsafe<Json>({
  anyOf: [
    Type.Integer({ minimum: 0 }),
    Expression,
    Type.Object(
      {
        $gt: operators.$gt,
        $gte: operators.$gte,
        $lt: operators.$lt,
        $lte: operators.$lte,
        $oneOf: operators.$oneOf,
      },
      { ...closed, minProperties: 1, maxProperties: 1 },
    ),
  ],
})

const status = Type.Unsafe<Json>({
  description: 'HTTP status: a number, or one $ operator.',
  anyOf: [
    Type.Integer({ minimum: 100, maximum: 599 }),
    Expression,
    Type.Object(operators, { ...closed, minProperties: 1, maxProperties: 1 }),
  ],
})

const request = {
  method: Type.Optional(Matcher),
  url: Type.Optional(Matcher),
  path: Type.Optional(Matcher),
  query: Type.Optional(Members),
  headers: Type.Optional(Members),
  body: Type.Optional(Matcher),
}
const RequestPart = ref('request')
const requestPart = Type.Object(request, { ...closed, minProperties: 1 })
const ResponsePart = Type.Object(
  { status: Type.Optional(Status), headers: Type.Optional(Members), body: Type.Optional(Matcher) },
  { ...closed, minProperties: 1 },
)

const hop = {
  from: Type.Optional(Type.String({ description: 'The actor that asks.' })),
  to: Type.Optional(Type.String({ description: 'The actor that answers.' })),
  class: Type.Optional(Type.String({ description: 'What the hop is, for example registration or token.' })),
  method: Type.Optional(Matcher),
  status: Type.Optional(Status),
  request: Type.Optional(RequestPart),
  response: Type.Optional(ResponsePart),
}
const oneHop = Type.Object(hop, { ...closed, minProperties: 1 })

const kinds = {
  status: Type.Optional(Status),
  headers: Type.Optional(Members),
  body: Type.Optional(Matcher),
  request: Type.Optional(RequestPart),
  redirect: Type.Optional(
    Type.Object(
      { to: Type.Optional(Matcher), query: Type.Optional(Members) },
      { ...closed, minProperties: 1, description: 'Where the answer sends the browser.' },
    ),
  ),
  jwt: Type.Optional(
    Type.Object(
      {
        in: Type.String({
          pattern: '^(request\\.(body|headers|query)|body|headers)(\\.[^.\\s]+)+$',
          description: 'Where the JWT is: body.signed_metadata, request.body.software_statement, …',
        }),
        header: Type.Optional(Members),
        claims: Type.Optional(Members),
        trustedBy: Type.Optional(
          Type.String({ description: 'The certificate authority to which the chain in x5c must lead.' }),
        ),
      },
      closed,
    ),
  ),
  stopped: Type.Optional(
    Type.Union(
      [Type.Literal(true), Type.Object({ check: Matcher, message: Type.Optional(Matcher) }, closed)],
      {
        description:
          'The actor itself refused to go on; `check` names the check that stopped it, `message` says why.',
      },
    ),
  ),
  hop: Type.Optional(
    Type.Object(
      { ...hop, times: Type.Optional(Count) },
      { ...closed, minProperties: 1, description: 'A hop like this happened in the step.' },
    ),
  ),
  noHop: Type.Optional(ref('hop', 'No hop like this happened in the step.')),
  hops: Type.Optional(
    Type.Array(ref('hop'), {
      minItems: 1,
      description: 'Hops like these, in this order; others may lie between.',
    }),
  ),
  that: Type.Optional(
    Type.Object(
      { value: Type.Unsafe<Json>({}), is: Matcher },
      { ...closed, description: 'A value is as it should be.' },
    ),
  ),
} satisfies Record<ExpectationKind, unknown>

export const expectationKinds = Object.keys(kinds) as ExpectationKind[]

/** Kinds that look at the answer of the step's action, which a testbed/* step does not have. */
export const answerKinds: ExpectationKind[] = [
  'status',
  'headers',
  'body',
  'request',
  'redirect',
  'jwt',
  'stopped',
]

const expectation = Type.Object(
  {
    ...kinds,
    level: Type.Optional(
      Type.Enum(['must', 'should', 'may'], {
        description: 'How bad it is when it does not hold; must by default.',
      }),
    ),
    refs: Type.Optional(Type.Array(Type.String(), { description: 'Rules of the requirement catalogue.' })),
    hint: Type.Optional(Type.String({ description: 'Shown when it does not hold: what to try.' })),
  },
  { ...closed, oneOf: expectationKinds.map((kind) => ({ required: [kind] })) },
)

export type ExpectationEntry = Static<typeof expectation>
export const Expectation = ref<ExpectationEntry>('expectation')

export const expectDefinitions = {
  matcher,
  members,
  count,
  status,
  request: requestPart,
  hop: oneHop,
  expectation,
}
