/**
 * One HTTP exchange as one of its two ends saw it. An actor knows its own end only; which case and step it
 * belongs to, and who is at the other end, the harness adds (harness/trace). The one source of these types and
 * of what the published schemas say about them.
 */
import { type Static, Type } from 'typebox'
import { clockOffset, closed, Milliseconds, mapOf, RealTime } from './schema.ts'

export const HopIdSchema = Type.String({
  description: '16 hexadecimal digits: the span id of the `traceparent` that went with the request.',
})

const body = {
  body: Type.String({
    description: "The wire's bytes as text, or in base64, as `encoding` says; '' when there was none.",
  }),
  encoding: Type.Optional(Type.Literal('base64', { description: 'Set when the bytes were no valid UTF-8.' })),
  truncated: Type.Optional(
    Type.Literal(true, { description: 'Set when the body went on past the record limit.' }),
  ),
}
const BodySchema = Type.Object(body, closed)

const HeadersSchema = mapOf(
  Type.String(),
  'Names in lower case; several of one name are joined by ", " (`set-cookie` by a line feed).',
)

const RequestMessageSchema = Type.Object(
  {
    ...body,
    method: Type.String(),
    url: Type.String({
      description: 'Absolute, as the sender meant it: scheme, host and port included.',
    }),
    headers: HeadersSchema,
  },
  closed,
)

const ResponseMessageSchema = Type.Object({ ...body, status: Type.Integer(), headers: HeadersSchema }, closed)

const PhaseSchema = Type.Enum(['dns', 'connect', 'tls', 'request', 'headers', 'body', 'aborted'], {
  description: 'How far the exchange had come.',
})

const HopErrorSchema = Type.Object(
  { code: Type.String(), phase: PhaseSchema, message: Type.Optional(Type.String()) },
  { ...closed, description: 'Why the exchange did not come to its end.' },
)

const FiredSchema = Type.Object(
  { fault: Type.String({ description: '`skip/<check>` or `<artifact>/<mutation>`.' }) },
  { ...closed, description: 'What an armed fault did.' },
)

export const ObservedSchema = Type.Object(
  {
    id: HopIdSchema,
    side: Type.Enum(['client', 'server']),
    actor: Type.String({ description: 'The actor that records.' }),
    seq: Type.Integer({ description: 'Counts up from 1 in each actor.' }),
    traced: Type.Optional(
      Type.String({ description: 'Server side: the span id that came with the request.' }),
    ),
    within: Type.Optional(
      Type.String({
        description: 'Client side: the inbound hop during whose handling this request was made.',
      }),
    ),
    request: Type.Optional(RequestMessageSchema),
    response: Type.Optional(ResponseMessageSchema),
    error: Type.Optional(HopErrorSchema),
    tls: Type.Optional(Type.Object({ version: Type.String(), peer: Type.String() }, closed)),
    bytes: Type.Object(
      { out: Type.Integer(), in: Type.Integer() },
      { ...closed, description: 'Body bytes after transfer decoding.' },
    ),
    faults: Type.Optional(Type.Array(FiredSchema)),
    clockOffsetMs: clockOffset("The actor's clock minus real time when the hop began, in milliseconds."),
    startedAt: RealTime,
    ms: Milliseconds,
  },
  closed,
)

export type HopId = Static<typeof HopIdSchema>
export type Body = Static<typeof BodySchema>
export type Headers = Static<typeof HeadersSchema>
export type RequestMessage = Static<typeof RequestMessageSchema>
export type ResponseMessage = Static<typeof ResponseMessageSchema>
export type Phase = Static<typeof PhaseSchema>
export type HopError = Static<typeof HopErrorSchema>
export type Fired = Static<typeof FiredSchema>
/** One half of a hop, as an actor records it. */
export type Observed = Static<typeof ObservedSchema>
