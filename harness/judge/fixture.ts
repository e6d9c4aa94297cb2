/** Small runs made by hand, for tests: a stage with four actors, and steps with hops as a test wants them. */
import { loadSpec } from '../../spec/load.ts'
import type { Spec } from '../../spec/types.ts'
import type { Fired, HopError, RequestMessage, ResponseMessage } from '../../wire/hop.ts'
import type { Json, JsonObject } from '../../wire/json.ts'
import type { ExpectationKind, Plan, PlanCase, PlanExpectation, PlanStep } from '../plan/plan.ts'
import type { Result } from '../result.ts'
import type { HalfHop, Stage, StageActor, StageCase, StageStep } from '../trace/trace.ts'
import { type Evidence, judge as judgeBy } from './judge.ts'
import { rule as reg012 } from './rules/registration/reg-012.ts'
import { rule as regX04 } from './rules/registration/reg-x04.ts'

export const file = 'scenarios/b2b/example.yaml'
/** Scenario time at the start of every hop, milliseconds. */
export const nowMs = Date.parse('2026-11-22T10:00:00.000Z')
export const nowS = nowMs / 1000

export const origins = {
  ca: 'http://ca-c1.localhost:8001',
  as: 'https://as-c1.localhost:8002',
  fhir: 'https://fhir-c1.localhost:8003',
}

export const endpoints = {
  crl: `${origins.ca}/crl/intermediate.crl`,
  registration: `${origins.as}/register`,
  token: `${origins.as}/token`,
  metadata: `${origins.fhir}/fhir/.well-known/udap`,
  fhir: `${origins.fhir}/fhir`,
}

/** A hop as a test describes it; a side that is left out of `sides` recorded nothing. */
export interface HopSketch {
  id?: string
  from?: string
  to?: string
  method?: string
  url: string
  headers?: Record<string, string>
  body?: Json | string
  response?: { status: number; headers?: Record<string, string>; body?: Json | string }
  error?: HopError
  sides?: ('client' | 'server')[]
  faults?: { client?: string[]; server?: string[] }
  /** Of the server's clock; 0 when left out. */
  serverOffsetMs?: number
}

export interface StepSketch {
  id: string
  actor?: string
  uses?: string
  if?: string
  expect?: ({ [kind in ExpectationKind]?: Json } & Partial<
    Pick<PlanExpectation, 'level' | 'refs' | 'hint'>
  >)[]
  hops?: HopSketch[]
  /** Index of the answer hop; the last when left out. */
  answer?: number
  record?: Partial<StageStep>
}

export interface CaseSketch {
  id?: string
  steps: StepSketch[]
  plan?: Partial<PlanCase>
  stage?: Partial<StageCase>
  actors?: Record<string, Partial<StageActor>>
}

/** What the judge gets for cases that ran as sketched. */
export function evidence(...cases: CaseSketch[]): Evidence {
  const plan: Plan = { plan: 1, cases: [] }
  const stage: Stage = { stage: 1, testbed: { version: '0.1.0', node: 'v24' }, digests: {}, cases: [] }
  const trace: HalfHop[] = []
  for (const [index, sketch] of cases.entries()) {
    const id = sketch.id ?? `c${index + 1}`
    plan.cases.push(planCase(id, sketch))
    stage.cases.push(stageCase(id, sketch))
    trace.push(...sketch.steps.flatMap((step) => halves(id, step)))
  }
  return { plan, stage, trace, spec }
}

function planCase(id: string, { steps, plan }: CaseSketch): PlanCase {
  const at = { file, line: 1, column: 1 }
  return {
    id,
    name: `Case ${id}`,
    at,
    tags: [],
    seed: 'seed-1',
    actors: [],
    steps: steps.map(planStep),
    ...plan,
  }
}

function planStep(sketch: StepSketch, index: number): PlanStep {
  const { id, actor = 'app', uses = 'udap/register', if: condition } = sketch
  const line = 10 * (index + 1)
  return {
    id,
    actor,
    uses,
    with: {},
    faults: [],
    ...(condition !== undefined && { if: condition }),
    expect: (sketch.expect ?? []).map((one, n) => planExpectation(id, n + 1, one, line + n + 1)),
    timeoutMs: 1000,
    at: { file, line, column: 5 },
    source: `  - id: ${id}`,
  }
}

function planExpectation(
  step: string,
  n: number,
  { level = 'must', refs = [], hint, ...kinds }: NonNullable<StepSketch['expect']>[number],
  line: number,
): PlanExpectation {
  const [kind, value] = Object.entries(kinds)[0] as [ExpectationKind, Json]
  const source = `      - ${kind}: ${JSON.stringify(value)}`
  const at = { file, line, column: 9 }
  return { id: `${step}/${n}`, kind, value, level, refs, ...(hint !== undefined && { hint }), at, source }
}

function stageCase(id: string, { steps, stage, actors = {} }: CaseSketch): StageCase {
  const all = Object.entries({ ...stageActors, ...actors })
  return {
    case: id,
    seed: 'seed-1',
    startedAt: new Date(nowMs).toISOString(),
    clockOffsetMs: 0,
    clockChanges: [],
    actors: Object.fromEntries(
      all.map(([name, own]) => [name, { ...blank, ...stageActors[name], ...own, ...actors[name] }]),
    ),
    issued: [],
    revoked: [],
    faults: [],
    steps: steps.map(stageStep),
    ms: 120,
    ...stage,
  }
}

function stageStep({ id, hops = [], answer = hops.length - 1, record }: StepSketch): StageStep {
  const hop = hops[answer]
  return {
    id,
    state: 'ran',
    input: {},
    outputs: {},
    ...(hop && { answer: hop.id ?? hopId(id, answer) }),
    faults: [],
    ms: 30,
    ...record,
  }
}

function halves(id: string, { id: step, hops = [] }: StepSketch): HalfHop[] {
  return hops.flatMap((hop, index) => {
    const { from = 'app', to = 'as', sides = ['client', 'server'] } = hop
    return sides.map((side): HalfHop => {
      const fired: Fired[] | undefined = hop.faults?.[side]?.map((fault) => ({ fault }))
      return {
        id: hop.id ?? hopId(step, index),
        side,
        actor: side === 'client' ? from : to,
        seq: index + 1,
        case: id,
        step,
        from,
        to,
        ...(sides.length === 2 && { paired: 'span' as const }),
        request: requestOf(hop),
        ...(hop.response && { response: responseOf(hop.response) }),
        ...(hop.error && { error: hop.error }),
        bytes: { out: 0, in: 0 },
        ...(fired && { faults: fired }),
        clockOffsetMs: side === 'server' ? (hop.serverOffsetMs ?? 0) : 0,
        startedAt: new Date(nowMs).toISOString(),
        ms: 12,
      }
    })
  })
}

function requestOf({ method, url, headers = {}, body }: HopSketch): RequestMessage {
  return { method: method ?? (body === undefined ? 'GET' : 'POST'), url, ...message(headers, body) }
}

function responseOf({ status, headers = {}, body }: NonNullable<HopSketch['response']>): ResponseMessage {
  return { status, ...message(headers, body) }
}

/** A text is sent as it is, anything else as JSON. */
function message(headers: Record<string, string>, body: Json | string | undefined) {
  if (body === undefined) return { headers, body: '' }
  if (typeof body === 'string') return { headers, body }
  return { headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) }
}

/** 16 hexadecimal digits, the same in every run. */
export function hopId(step: string, index: number): string {
  return Buffer.from(`${index}${step}--------`).toString('hex').slice(0, 16)
}

/** An unsigned JWT in compact form, with a signature of zeros. */
export function fakeJwt(claims: JsonObject, header: JsonObject = { alg: 'RS256' }): string {
  const encode = (value: JsonObject) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${encode(header)}.${encode(claims)}.${'A'.repeat(86)}`
}

/** Registration with a software statement of these claims, answered with this status. */
export function registration(claims: JsonObject, status: number, more: Partial<HopSketch> = {}): HopSketch {
  return {
    url: endpoints.registration,
    body: { software_statement: fakeJwt(claims), udap: '1' },
    response: {
      status,
      body: status < 400 ? { client_id: 'client-1' } : { error: 'invalid_software_statement' },
    },
    ...more,
  }
}

const blank: StageActor = {
  kind: 'client-app',
  place: 'in-process',
  url: '',
  spec: '2.0.0',
  endpoints: {},
  links: {},
  anchors: {},
  policy: {},
  facts: {},
}

const stageActors: Record<string, Partial<StageActor>> = {
  ca: {
    kind: 'certificate-authority',
    url: origins.ca,
    endpoints: { intermediateCrl: endpoints.crl, ocsp: `${origins.ca}/ocsp` },
  },
  as: {
    kind: 'authorization-server',
    url: origins.as,
    endpoints: { registration: endpoints.registration, token: endpoints.token, jwks: `${origins.as}/jwks` },
  },
  fhir: {
    kind: 'resource-server',
    url: endpoints.fhir,
    endpoints: { metadata: endpoints.metadata, capabilities: `${endpoints.fhir}/metadata` },
  },
  app: { kind: 'client-app', url: 'https://app-c1.example' },
}

export const spec: Spec = loadSpec(new URL('../../', import.meta.url))

/** By two rules alone, so that what a test sketches need not keep all the others. */
export const judge = (run: Evidence): Result => judgeBy(run, [reg012, regX04])
