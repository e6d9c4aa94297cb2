/**
 * The verdicts of a run (result.json): pure data, the same whenever the same folder is judged. The one source of
 * its types and of schema/result.schema.json.
 */
import { type Static, Type } from 'typebox'
import { closed, Milliseconds, mapOf } from '../wire/schema.ts'
import { AtSchema, expectationKinds, levels } from './plan/plan.ts'

const text = (description: string) => Type.String({ description })
const rulings = ['met', 'broken', 'warned'] as const

const VerdictSchema = Type.Enum(['passed', 'failed', 'skipped', 'errored'])
const FaultUseSchema = Type.Object({ actor: Type.String(), inject: Type.String() }, closed)

const ExpectationResultSchema = Type.Object(
  {
    id: text('`<step>/<n>`, n from 1; or what was expected though nobody wrote it down.'),
    kind: Type.Enum([...expectationKinds, 'no-refusal', 'not-stopped']),
    level: Type.Enum(levels),
    verdict: Type.Enum([...rulings, 'unjudged'], {
      description: '`warned`: it did not hold, but its level is below must. `unjudged`: nobody here saw it.',
    }),
    expected: Type.Optional(text('In words. Present unless met.')),
    seen: Type.Optional(text('In words; why it was not judged. Present unless met.')),
    cause: Type.Optional(
      text("What the other end said about it, for example the answer's `error_description`."),
    ),
    hop: Type.Optional(text('Id of the hop that decided it.')),
    refs: Type.Array(Type.String(), { description: 'Ids in `requirements`.' }),
    hint: Type.Optional(text('What to try.')),
    at: AtSchema,
    source: text("The scenario's text at `at.line`."),
  },
  closed,
)

const StepResultSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    actor: Type.Optional(Type.String({ description: 'Absent for `testbed/*`.' })),
    uses: Type.String(),
    at: AtSchema,
    source: text("The scenario's text at `at.line`."),
    verdict: VerdictSchema,
    reason: Type.Optional(text('Why it was skipped or errored.')),
    expectations: Type.Array(ExpectationResultSchema),
    loosened: Type.Optional(
      Type.Array(Type.String(), {
        description: 'What its actor would have refused, had its policy not let it pass: `<check>: <words>`.',
      }),
    ),
    idle: Type.Array(FaultUseSchema, { description: 'Faults that were declared and never fired.' }),
  },
  closed,
)

const HopResultSchema = Type.Object(
  {
    id: text('As in trace.jsonl.'),
    step: Type.String(),
    from: Type.Optional(Type.String()),
    to: Type.Optional(Type.String()),
    inferred: Type.Optional(
      Type.Literal(true, { description: 'Who asked recorded nothing: `from` is inferred.' }),
    ),
    class: text('What the hop is, for example registration or token.'),
    roles: Type.Object(
      { from: Type.Optional(Type.String()), to: Type.Optional(Type.String()) },
      { ...closed, description: 'What each end is in this hop; the rules judge the role.' },
    ),
    method: Type.String(),
    url: Type.String(),
    status: Type.Optional(Type.Integer()),
    error: Type.Optional(Type.String()),
    clocks: Type.Optional(
      text('What the clocks of its ends, of which one is elsewhere, explain of it, in words.'),
    ),
    ms: Milliseconds,
    sides: Type.Array(Type.Enum(['client', 'server']), { description: 'Which ends recorded it.' }),
    faults: Type.Array(Type.String(), { description: 'Faults that fired in it.' }),
    rules: Type.Array(Type.String(), {
      description: 'Rules that looked at it; empty = a hop that no rule judged.',
    }),
  },
  { ...closed, description: 'One hop, both halves, as the judge classified it.' },
)

const RuleFindingSchema = Type.Object(
  {
    hop: Type.String(),
    actor: text('The actor that is judged.'),
    role: text('In which role it is judged.'),
    strength: text('Of the rule in the version that the actor follows.'),
    verdict: Type.Enum(['broken', 'warned']),
    provoked: Type.Optional(
      Type.Literal(true, {
        description:
          'A fault of the judged actor had fired by then, or its policy let something pass: reported, but the case does not fail by it.',
      }),
    ),
    expected: Type.String(),
    seen: Type.String(),
  },
  closed,
)

const RuleResultSchema = Type.Object(
  {
    id: text('Id in `requirements`.'),
    verdict: Type.Enum([...rulings, 'used', 'unused'], {
      description: 'The worst of all. `used` and `unused` are said of a MAY.',
    }),
    met: Type.Integer({ description: 'How often it was met or, of a MAY, used.' }),
    unused: Type.Integer({ description: 'Of a MAY: how often there was occasion, and it was not used.' }),
    findings: Type.Array(RuleFindingSchema, { description: 'Each time that it did not hold.' }),
  },
  { ...closed, description: 'One rule that something in the case gave occasion.' },
)

const CaseResultSchema = Type.Object(
  {
    id: text('As in stage.json and trace.jsonl; of a case that was retried its last attempt, `c3-r2`.'),
    name: Type.String(),
    file: Type.String(),
    line: Type.Integer(),
    verdict: VerdictSchema,
    reason: Type.Optional(text('Why it was skipped or errored.')),
    attempts: Type.Integer({
      description: 'How often it was run; passed and more than 1 = flaky. 0 = it was not run.',
    }),
    steps: Type.Array(StepResultSchema),
    hops: Type.Array(HopResultSchema),
    rules: Type.Array(RuleResultSchema),
    idle: Type.Array(FaultUseSchema, {
      description: "Faults declared for an actor's whole life that never fired.",
    }),
    unobserved: Type.Array(Type.String(), {
      description:
        "Actors that somebody else runs and that recorded nothing: only their partners' halves were seen.",
    }),
    realData: Type.Optional(
      Type.Array(
        Type.Object(
          { actor: Type.String(), hop: Type.String(), why: text('In words, without the data.') },
          closed,
        ),
        { description: 'Systems elsewhere whose FHIR answers look like data of real people.' },
      ),
    ),
    ms: Milliseconds,
  },
  closed,
)

const SummarySchema = Type.Object(
  {
    cases: Type.Integer(),
    passed: Type.Integer(),
    failed: Type.Integer(),
    skipped: Type.Integer(),
    errored: Type.Integer(),
    flaky: Type.Integer({ description: 'Of those that passed: only after a retry.' }),
    steps: Type.Integer({ description: 'Steps that were not skipped.' }),
    hops: Type.Integer(),
    rules: Type.Object(
      {
        met: Type.Integer(),
        broken: Type.Integer(),
        warned: Type.Integer(),
        used: Type.Integer(),
        unused: Type.Integer(),
        provoked: Type.Integer({ description: 'Broken only where a scenario made its actor misbehave.' }),
        untouched: Type.Integer(),
      },
      { ...closed, description: 'Each rule once, by the worst that any case saw of it.' },
    ),
  },
  closed,
)

const RequirementRowSchema = Type.Object(
  { strength: Type.String(), page: Type.String(), section: Type.String(), text: Type.String() },
  closed,
)

export const ResultSchema = Type.Object(
  {
    result: Type.Literal(1),
    summary: SummarySchema,
    cases: Type.Array(CaseResultSchema),
    requirements: mapOf(
      RequirementRowSchema,
      "The catalogue's rows that anything in this result refers to, so that it explains itself.",
    ),
  },
  closed,
)

export type Verdict = Static<typeof VerdictSchema>
export type Result = Static<typeof ResultSchema>
export type Summary = Static<typeof SummarySchema>
export type CaseResult = Static<typeof CaseResultSchema>
export type StepResult = Static<typeof StepResultSchema>
export type ExpectationResult = Static<typeof ExpectationResultSchema>
/** One hop, both halves, as the judge classified it. */
export type HopResult = Static<typeof HopResultSchema>
/** One rule in one case. */
export type RuleResult = Static<typeof RuleResultSchema>
export type RuleFinding = Static<typeof RuleFindingSchema>
