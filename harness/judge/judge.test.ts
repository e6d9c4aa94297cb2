import { expect, test } from 'vitest'
import type { Json } from '../../wire/json.ts'
import type { ExpectationResult } from '../result.ts'
import {
  type CaseSketch,
  endpoints,
  evidence,
  fakeJwt,
  type HopSketch,
  hopId,
  judge,
  nowS,
  origins,
  registration,
  type StepSketch,
} from './fixture.ts'

const fresh = { iat: nowS - 10, exp: nowS + 200 }
const made = registration(fresh, 201)
const refused: HopSketch = {
  ...registration(fresh, 400),
  response: {
    status: 400,
    body: { error: 'invalid_software_statement', error_description: 'aud is not this endpoint' },
  },
}

const caseOf = (step: Partial<StepSketch>, sketch: Partial<CaseSketch> = {}) =>
  judge(evidence({ steps: [{ id: 'register', ...step }], ...sketch })).cases[0]!

function judged(
  one: NonNullable<StepSketch['expect']>[number],
  hops: HopSketch[] = [made],
  record: StepSketch['record'] = {},
) {
  const step = caseOf({ expect: [one], hops, record }).steps[0]!
  const result = step.expectations.at(-1)!
  return {
    ...result,
    step: step.verdict,
    said: result.expected && `expected ${result.expected}, saw ${result.seen}`,
  }
}

test.each<[string, Parameters<typeof judged>[0]]>([
  ['status', { status: 201 }],
  ['headers', { headers: { 'Content-Type': { $contains: 'json' } } }],
  ['body', { body: { client_id: { $type: 'string' } } }],
  [
    'request',
    {
      request: {
        method: 'POST',
        path: '/register',
        body: { udap: '1' },
        headers: { 'Content-Type': 'application/json' },
      },
    },
  ],
  [
    'jwt',
    { jwt: { in: 'request.body.software_statement', header: { alg: 'RS256' }, claims: { exp: nowS + 200 } } },
  ],
  ['hop', { hop: { from: 'app', to: 'as', class: 'registration', times: 1 } }],
  ['noHop', { noHop: { to: 'ca' } }],
  ['hops', { hops: [{ method: 'POST' }] }],
  ['that', { that: { value: '${{ actors.as.endpoints.token }}', is: endpoints.token } }],
])('%s holds', (_, one) => {
  expect(judged(one)).toMatchObject({ verdict: 'met', step: 'passed' })
})

test.each<[string, Parameters<typeof judged>[0], HopSketch[], string]>([
  [
    'status',
    { status: 201 },
    [refused],
    'expected status 201, saw 400 with body error="invalid_software_statement"',
  ],
  [
    'headers',
    { headers: { 'Cache-Control': 'no-store' } },
    [made],
    'expected headers.cache-control "no-store", saw nothing',
  ],
  ['body', { body: { client_id: 'x' } }, [made], 'expected body.client_id "x", saw "client-1"'],
  [
    'body',
    { body: { a: 1 } },
    [{ ...made, response: { status: 200, body: 'no JSON' } }],
    'expected body an object, saw "no JSON"',
  ],
  ['request', { request: { body: { udap: '2' } } }, [made], 'expected request.body.udap "2", saw "1"'],
  [
    'redirect',
    { redirect: { to: 'https://a.example' } },
    [refused],
    'expected a redirect, saw 400 with body error="invalid_software_statement"',
  ],
  [
    'jwt',
    { jwt: { in: 'body.signed_metadata' } },
    [made],
    'expected a JWT in body.signed_metadata, saw nothing',
  ],
  [
    'jwt',
    { jwt: { in: 'request.body.software_statement', claims: { exp: { $lte: nowS } } } },
    [made],
    `expected request.body.software_statement claims.exp at most ${nowS}, saw ${nowS + 200}`,
  ],
  [
    'jwt',
    { jwt: { in: 'request.body.software_statement', trustedBy: 'ca' } },
    [made],
    'expected request.body.software_statement trusted by ca, saw no actor ca with a root certificate in this case',
  ],
  ['stopped', { stopped: true }, [made], 'expected the actor to stop, saw it went on, and was answered 201'],
  ['hop', { hop: { from: 'app', to: 'ca' } }, [made], 'expected a hop from app to ca, saw none'],
  [
    'hop',
    { hop: { to: 'as', status: 200 } },
    [made],
    'expected a hop to as with status 200, saw none; app → as registration 201 has status 201',
  ],
  ['hop', { hop: { to: 'as', times: 2 } }, [made], 'expected a hop to as, 2 times, saw it 1 times'],
  [
    'noHop',
    { noHop: { from: 'app', to: 'as' } },
    [made],
    'expected no hop from app to as, saw app → as registration 201',
  ],
  [
    'hops',
    { hops: [{ to: 'as' }, { to: 'ca' }] },
    [made],
    'expected as number 2 a hop to ca after app → as registration 201, saw none',
  ],
  [
    'that',
    { that: { value: '${{ actors.as.url }}', is: 'x' } },
    [made],
    `expected actors.as.url "x", saw "${origins.as}"`,
  ],
])('%s says what was expected and what was seen', (_, one, hops, said) => {
  expect(judged(one, hops)).toMatchObject({ verdict: 'broken', step: 'failed', said })
})

test('a broken expectation names its hop, what the other end said, its line, its rules and its hint', () => {
  const one = judged({ status: 201, refs: ['reg-036'], hint: 'Look at aud.' }, [refused])
  expect(one).toMatchObject({
    hop: hopId('register', 0),
    cause: 'aud is not this endpoint',
    at: { line: 11, column: 9 },
    source: '      - status: 201',
    refs: ['reg-036'],
    hint: 'Look at aud.',
  })
})

test('a redirect that nobody follows says where to', () => {
  const response = {
    status: 301,
    headers: { location: 'https://new.example/fhir/.well-known/udap?a=secret' },
  }
  const moved = { to: 'fhir', url: endpoints.metadata, response }
  const why = `${endpoints.metadata} answers 301 to https://new.example/fhir/.well-known/udap, and a client follows no redirect here: give that URL.`
  const asked = { id: 'discover', hops: [moved], expect: [{ status: 200 }] }
  expect(judge(evidence({ steps: [asked] })).cases[0]!.steps[0]!.expectations[0]).toMatchObject({
    cause: why,
  })
  const stopped = { check: 'metadata-status', message: 'It answered 301.', refs: [] }
  const ran = { ...asked, expect: [], record: { stopped } }
  expect(judge(evidence({ steps: [ran] })).cases[0]!.steps[0]!.expectations[0]).toMatchObject({
    kind: 'not-stopped',
    cause: `It answered 301. ${why}`,
  })
})

test('an OperationOutcome says its cause too', () => {
  const body = {
    resourceType: 'OperationOutcome',
    issue: [{ diagnostics: 'The scope does not allow this.' }],
  }
  const read = { url: `${endpoints.fhir}/Patient`, to: 'fhir', response: { status: 403, body } }
  expect(judged({ status: 200 }, [read])).toMatchObject({
    said: 'expected status 200, saw 403 with an OperationOutcome',
    cause: 'The scope does not allow this.',
  })
})

test('without an answer an expectation of it says why there is none', () => {
  const error = { code: 'ECONNREFUSED', phase: 'connect' as const, message: 'connect failed' }
  const { response: _, ...unanswered } = made
  expect(judged({ body: {} }, [{ ...unanswered, error }])).toMatchObject({
    said: 'expected an answer with a body, saw no answer (ECONNREFUSED, connecting)',
    cause: 'connect failed',
  })
})

test('a step that stopped before it asked anybody is reported once, for the stop', () => {
  const stopped = { check: 'metadata-chain', message: 'the chain ends nowhere', refs: [] }
  const sketch = { steps: [{ id: 'register', expect: [{ status: 201 }, { body: {} }], record: { stopped } }] }
  const [step] = judge(evidence(sketch)).cases[0]!.steps
  expect(step!.verdict).toBe('failed')
  expect(step!.expectations).toMatchObject([{ kind: 'not-stopped', cause: 'the chain ends nowhere' }])
})

test.each([
  ['dns', 'as has no address: '],
  ['connect', 'as cannot be reached: '],
  ['tls', 'as is not trusted at the TLS layer: '],
] as const)('an actor without a connection (%s) is an error of the stage, no broken rule', (phase, words) => {
  const { response: _, ...unanswered } = registration({ iat: nowS, exp: nowS + 300 }, 201)
  const stopped = { check: 'no-answer', message: 'POST failed', refs: [] }
  const hops = [{ ...unanswered, error: { code: 'X', phase } }]
  const [one] = judge(evidence({ steps: [{ id: 'register', hops, record: { stopped } }] })).cases
  expect(one!.steps[0]).toMatchObject({ verdict: 'errored', reason: `${words}POST failed` })
  expect(one!.verdict).toBe('errored')
})

test('what follows a step that went wrong, and lacks what that should have given, is not a failure of its own', () => {
  const lacking = { stopped: { check: 'missing-input', message: 'No client_id.', refs: [] } }
  const token = { id: 'token', expect: [{ status: 200 }], record: lacking }
  const refused = { id: 'register', hops: [registration({}, 400)] }
  const after = judge(evidence({ steps: [refused, token] })).cases[0]!.steps[1]
  expect(after).toMatchObject({ verdict: 'skipped', reason: 'step register went wrong. No client_id.' })
  const unregistered = { stopped: { check: 'registered-before-data', message: 'Not registered.', refs: [] } }
  const read = { ...token, id: 'read', record: unregistered }
  expect(judge(evidence({ steps: [refused, read] })).cases[0]!.steps[1]).toMatchObject({ verdict: 'skipped' })
  const alone = judge(evidence({ steps: [token] })).cases[0]!
  expect(alone).toMatchObject({ verdict: 'failed', steps: [{ verdict: 'failed' }] })
})

test('below must a difference is a warning, and the step passes', () => {
  expect(judged({ status: 200, level: 'should' })).toMatchObject({ verdict: 'warned', step: 'passed' })
})

test('a redirect is matched by target and query, relative targets included', () => {
  const to = (location: string): HopSketch => ({ ...made, response: { status: 302, headers: { location } } })
  const wanted: Json = {
    to: `${origins.as}/back`,
    query: { code: { $present: true }, error: { $present: false } },
  }
  expect(judged({ redirect: wanted }, [to(`${origins.as}/back?code=1&state=2#f`)]).verdict).toBe('met')
  expect(judged({ redirect: wanted }, [to('/back?code=1')]).verdict).toBe('met')
  expect(judged({ redirect: wanted }, [to('/back?error=invalid_idp')]).said).toBe(
    'expected redirect.query.code present, saw nothing',
  )
  // URLs are compared as they stand: a host in upper case is another one.
  expect(judged({ redirect: { to: 'https://a.example' } }, [to('https://A.example')]).verdict).toBe('broken')
})

test('hops of an order may have others between them, but not be the other way round', () => {
  const crl: HopSketch = { url: endpoints.crl, to: 'ca', response: { status: 200 } }
  const one = { hops: [{ to: 'ca' }, { to: 'as' }] }
  expect(judged(one, [crl, crl, made]).verdict).toBe('met')
  expect(judged(one, [made, crl]).said).toContain(
    'as number 2 a hop to as after app → ca crl 200, saw it only before that',
  )
})

test('expressions are filled in, and one that leads nowhere is broken', () => {
  const register = { id: 'register', hops: [made], record: { outputs: { id: 'client-1' } } }
  const check = (path: string) =>
    judge(
      evidence({
        steps: [
          register,
          { id: 'token', hops: [made], expect: [{ body: { client_id: `\${{ ${path} }}` } }] },
        ],
      }),
    ).cases[0]!.steps[1]!.expectations[0]!
  expect(check('steps.register.outputs.id').verdict).toBe('met')
  expect(check('steps.register.outputs.di')).toMatchObject({
    verdict: 'broken',
    expected: 'a value for body',
    seen: expect.stringContaining('did you mean steps.register.outputs.id'),
  })
})

test('a step whose actor stopped is broken when nobody expected that', () => {
  const stopped = { check: 'metadata-signature', message: 'the signature is wrong', refs: ['disc-001'] }
  const [step] = caseOf({ record: { stopped } }).steps
  expect(step).toMatchObject({
    verdict: 'failed',
    expectations: [
      {
        kind: 'not-stopped',
        verdict: 'broken',
        expected: 'app to go on',
        seen: 'it stopped at "metadata-signature"',
        cause: 'the signature is wrong',
        refs: ['disc-001'],
        at: { line: 10 },
      },
    ],
  })
  const expected = (one: Json) => caseOf({ record: { stopped }, expect: [{ stopped: one }] }).steps[0]
  expect(expected(true)?.verdict).toBe('passed')
  expect(expected({ check: 'metadata-signature' })?.verdict).toBe('passed')
  expect(expected({ check: 'metadata-chain' })?.expectations[0]).toMatchObject({
    expected: 'stopped.check "metadata-chain"',
    seen: 'it stopped at "metadata-signature": the signature is wrong',
  })
})

test('a refusal that nobody expected breaks the step', () => {
  const kinds = (expectations: ExpectationResult[] = []) => expectations.map(({ kind }) => kind)
  expect(caseOf({ hops: [refused], expect: [{ body: { error: { $type: 'string' } } }] })).toMatchObject({
    verdict: 'failed',
    steps: [
      {
        expectations: [{ kind: 'no-refusal', seen: '400 with body error="invalid_software_statement"' }, {}],
      },
    ],
  })
  expect(kinds(caseOf({ hops: [refused], expect: [{ status: 400 }] }).steps[0]?.expectations)).toEqual([
    'status',
  ])
  expect(kinds(caseOf({ hops: [made] }).steps[0]?.expectations)).toEqual([])
})

test('a declared fault that never fired fails, in a step and for a whole life', () => {
  const fault = { actor: 'app', inject: 'software-statement/expired', fired: 0 }
  expect(caseOf({ hops: [made], record: { faults: [fault] } })).toMatchObject({
    verdict: 'failed',
    steps: [{ verdict: 'failed', idle: [{ actor: 'app', inject: 'software-statement/expired' }] }],
  })
  const whole = caseOf({ hops: [made] }, { stage: { faults: [fault] } })
  expect(whole).toMatchObject({ verdict: 'failed', steps: [{ verdict: 'passed' }], idle: [{ actor: 'app' }] })
  const fired = caseOf({ hops: [made], record: { faults: [{ ...fault, fired: 1 }] } })
  expect(fired.verdict).toBe('passed')
})

test('what the run skipped or could not do is so in the result, with its reason', () => {
  const skipped = caseOf({
    if: '${{ false }}',
    record: { state: 'skipped', reason: 'its condition does not hold' },
  })
  expect(skipped).toMatchObject({
    verdict: 'passed',
    steps: [{ verdict: 'skipped', reason: 'its condition does not hold' }],
  })
  const errored = caseOf({ record: { state: 'errored', reason: 'no answer in time' } })
  expect(errored).toMatchObject({ verdict: 'errored', reason: 'step register: no answer in time' })
})

test('a step that was starved of its input does not let the case pass', () => {
  const starved = caseOf({ record: { state: 'skipped', reason: 'its input cannot be filled' } })
  expect(starved).toMatchObject({
    verdict: 'failed',
    reason: 'step register did not run: its input cannot be filled',
  })
})

test('a case whose stage broke is errored; steps after the break were not reached', () => {
  const broke = { actor: 'as', message: 'did not start within 20 s' }
  expect(caseOf({}, { stage: { broke, steps: [] } })).toMatchObject({
    verdict: 'errored',
    reason: 'as: did not start within 20 s',
    steps: [{ verdict: 'skipped', reason: 'the case ended before it' }],
  })
})

test('a case that cannot run as asked, or that the run did not get to, is skipped', () => {
  expect(caseOf({}, { plan: { skip: 'somebody else runs it' } })).toMatchObject({
    verdict: 'skipped',
    reason: 'somebody else runs it',
  })
  const cut = evidence({ steps: [{ id: 'register' }] })
  cut.stage.cases = []
  expect(judge(cut).cases[0]).toMatchObject({
    verdict: 'skipped',
    reason: expect.stringContaining('not run'),
  })
})

test('who refuses because a system elsewhere cannot be reached has not failed: that system is named', () => {
  const error = { code: 'ECONNREFUSED', phase: 'connect' as const, message: 'connect failed' }
  const behind: HopSketch = {
    from: 'as',
    to: 'fhir',
    url: `${endpoints.fhir}/metadata`,
    sides: ['client'],
    error,
  }
  const step = { hops: [behind, refused], expect: [{ status: 201 }] }
  expect(caseOf(step, { actors: { fhir: { place: origins.fhir } } })).toMatchObject({
    verdict: 'errored',
    reason: 'step register: fhir cannot be reached: connect failed',
  })
  expect(caseOf(step)).toMatchObject({ verdict: 'failed' })
})

test('an actor that ran elsewhere and recorded nothing is named', () => {
  const elsewhere = { actors: { as: { place: 'https://as.example' } } }
  expect(caseOf({ hops: [{ ...made, sides: ['client'] }] }, elsewhere).unobserved).toEqual(['as'])
  expect(caseOf({ hops: [made] }).unobserved).toEqual([])
})

test('a hop shows both ends, its class and roles, its faults and the rules that judged it', () => {
  const crl: HopSketch = {
    url: endpoints.crl,
    from: 'as',
    to: 'ca',
    response: { status: 200 },
    sides: ['server'],
  }
  const { hops } = caseOf({ hops: [crl, { ...made, faults: { client: ['software-statement/expired'] } }] })
  expect(hops).toMatchObject([
    {
      from: 'as',
      to: 'ca',
      class: 'crl',
      roles: { from: 'authorization-server' },
      sides: ['server'],
      rules: [],
    },
    {
      class: 'registration',
      roles: { from: 'client', to: 'authorization-server' },
      status: 201,
      sides: ['client', 'server'],
      faults: ['software-statement/expired'],
      rules: ['reg-012'],
    },
  ])
})

test('the summary counts cases, steps that ran, hops, and each rule once', () => {
  const run = judge(
    evidence(
      { steps: [{ id: 'register', hops: [made] }] },
      { steps: [{ id: 'register', hops: [refused], expect: [{ status: 201 }] }, { id: 'token' }] },
      { steps: [{ id: 'register' }], plan: { skip: 'no' } },
      { steps: [{ id: 'register' }], stage: { broke: { message: 'x' }, steps: [] } },
    ),
  )
  expect(run.summary).toEqual({
    cases: 4,
    flaky: 0,
    passed: 1,
    failed: 1,
    skipped: 1,
    errored: 1,
    steps: 3,
    hops: 2,
    rules: { met: 1, broken: 0, warned: 0, used: 0, unused: 0, provoked: 0, untouched: 1 },
  })
})

test('of a case that was retried the last attempt counts, and passed then it is flaky', () => {
  const step = (status: number) => ({
    id: 'register',
    expect: [{ status: 201 }],
    hops: [registration({ iat: nowS - 10, exp: nowS + 200 }, status)],
  })
  const run = evidence(
    { id: 'c1', steps: [step(400)] },
    { id: 'c1-r2', steps: [step(201)] },
    { id: 'c2', steps: [step(400)] },
    { id: 'c2-r2', steps: [step(400)] },
    { id: 'c3', steps: [step(201)] },
  )
  const planned = run.plan.cases.filter(({ id }) => !id.includes('-r'))
  const { cases, summary } = judge({ ...run, plan: { plan: 1, cases: planned } })
  expect(cases.map(({ id, verdict, attempts }) => [id, verdict, attempts])).toEqual([
    ['c1-r2', 'passed', 2],
    ['c2-r2', 'failed', 2],
    ['c3', 'passed', 1],
  ])
  expect(summary).toMatchObject({ cases: 3, passed: 2, failed: 1, flaky: 1 })
})

test('the result carries the text of every rule that it refers to', () => {
  const run = judge(
    evidence({ steps: [{ id: 'register', hops: [made], expect: [{ status: 201, refs: ['reg-036'] }] }] }),
  )
  expect(Object.keys(run.requirements)).toEqual(['reg-012', 'reg-036'])
  expect(run.requirements['reg-036']).toMatchObject({
    strength: 'SHALL',
    text: 'Successful new registration returns 201 Created with the unique client_id.',
  })
})

test('the same evidence, saved and read again, gives the same result, byte for byte', () => {
  const both = evidence({ steps: [{ id: 'register', hops: [refused, made], expect: [{ status: 400 }] }] })
  const first = JSON.stringify(judge(both))
  expect(JSON.stringify(judge(JSON.parse(JSON.stringify(both))))).toBe(first)
})

test('no token, assertion or JWT of the wire is whole in the result', () => {
  const secret = 'kM3q9vX2bT7wZ0aR5nL8cJ1dF4gH6sYpQeUiOoPlKjh'
  const jwt = fakeJwt({ iss: 'https://app.example' })
  const hop: HopSketch = {
    url: `${endpoints.token}?access_token=${secret}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: `Bearer ${secret}` },
    body: `grant_type=client_credentials&client_assertion=${jwt}`,
    response: {
      status: 400,
      body: { access_token: secret, error: jwt, error_description: `no ${jwt} nor ${secret}` },
    },
  }
  const stopped = { check: 'x', message: `bad ${jwt} and ${secret}`, refs: [] }
  const code = 'aB3dE5fG7hJ9kL1mN3pQ5r'
  const run = judge(
    evidence({
      steps: [
        {
          id: 'token',
          hops: [hop],
          record: { stopped, outputs: { code } },
          expect: [
            { status: 200 },
            { body: { access_token: 'x', a: 1 } },
            { body: 'x' },
            { body: { error: 'x' } },
            { headers: { a: 1 } },
            { request: { headers: { authorization: 'x' } } },
            { request: { body: { client_assertion: 'x' } } },
            { request: { url: 'x' } },
            { hop: { request: { body: { client_assertion: 'x' } } } },
            { stopped: { check: 'y' } },
            { that: { value: secret, is: jwt } },
            { that: { value: '${{ steps.token.outputs.code }}', is: 'x' } },
          ],
        },
      ],
    }),
  )
  const text = JSON.stringify(run)
  expect(run.cases[0]!.steps[0]!.expectations.every(({ verdict }) => verdict === 'broken')).toBe(true)
  expect(text).not.toContain(secret)
  expect(text).not.toContain(code)
  expect(text).not.toContain(jwt.slice(0, 60))
})
