import { Type } from 'typebox'
import { expect, test } from 'vitest'
import type { KindEntry } from './catalogue.ts'
import { catalogue, changed, messagesOf, planOf, scenario } from './fixture.ts'
import { loadPlan } from './load.ts'
import type { PlanOptions } from './options.ts'

const only = (plan: ReturnType<typeof planOf>) => plan.cases[0]!

test('every default is filled in', () => {
  const plan = planOf({ options: { seed: 's1' } })
  expect(plan.cases).toHaveLength(1)
  const one = only(plan)
  expect(one).toMatchObject({ id: 'c1', name: 'A token', tags: ['udap', 'quick'], seed: 's1' })
  expect(one.at).toEqual({ file: 'b2b/token.yaml', line: 2, column: 1 })
  expect(
    one.actors.map(({ name, trusts, certificates, links }) => ({ name, trusts, certificates, links })),
  ).toEqual([
    { name: 'ca', trusts: [], certificates: [], links: {} },
    {
      name: 'as',
      trusts: ['ca'],
      certificates: [{ from: 'ca', profile: 'leaf', key: 'rsa-2048' }],
      links: {},
    },
    {
      name: 'fhir',
      trusts: ['ca'],
      certificates: [{ from: 'ca', profile: 'leaf', key: 'rsa-2048' }],
      links: { tokensFrom: 'as' },
    },
    {
      name: 'app',
      trusts: ['ca'],
      certificates: [{ from: 'ca', profile: 'leaf', key: 'rsa-2048' }],
      links: {},
    },
  ])
  expect(one.actors[1]).toMatchObject({
    place: 'in-process',
    spec: '2.0.0',
    with: { grants: ['client_credentials'] },
  })
  expect(one.actors[3]?.title).toBe('Backend')
  expect(one.steps[0]).toMatchObject({
    id: 'register',
    actor: 'app',
    with: { server: 'fhir', grant_types: ['client_credentials'], scope: 'system/Patient.rs' },
    timeoutMs: 30_000,
    expect: [
      {
        id: 'register/1',
        kind: 'status',
        value: 201,
        level: 'must',
        refs: ['reg-036'],
        at: { file: 'b2b/token.yaml', line: 19, column: 9 },
        source: '      - status: 201',
      },
    ],
  })
})

test('a plan is frozen to the bottom', () => {
  const plan = planOf()
  expect(() => Object.assign(only(plan).steps[0]!.with, { scope: 'more' })).toThrow(TypeError)
  expect(() => Object.assign(plan.cases[0]!.actors[2]!.with, { data: 1 })).toThrow(TypeError)
})

test('a data file is put in the place of its path', () => {
  expect(only(planOf()).actors[2]?.with).toEqual({ data: { patients: 2 } })
  expect(messagesOf({ files: { 'b2b/data/two.json': '{ "patients": ' } })).toMatch(
    /^b2b\/token\.yaml:9:48: data\/two\.json is not JSON: /,
  )
})

test('--input sets an input in its own type', () => {
  const text = changed(
    'scope: { type: string, default: system/Patient.rs }',
    'scope: { type: string }\n  limit: { type: number, default: 3600 }',
  ).replace('$lte: 3600', '$lte: "${{ inputs.limit }}"')
  const one = only(planOf({ text, options: { inputs: { scope: 'a b', limit: '60' } } }))
  expect(one.steps[0]?.with).toMatchObject({ scope: 'a b' })
  expect(one.steps[1]?.expect[0]?.value).toEqual({ expires_in: { $lte: 60 } })
  expect(messagesOf({ text, options: { inputs: { scope: 'a', limit: 'many' } } })).toContain(
    'b2b/token.yaml:6:3: input limit is of type number, and many is not',
  )
})

test('a text around an expression is filled in, what needs the run stays', () => {
  const text = changed('scope: ${{ inputs.scope }}', 'scope: ${{ inputs.scope }} ${{ actors.as.url }}')
  expect(only(planOf({ text })).steps[0]?.with).toMatchObject({
    scope: 'system/Patient.rs ${{ actors.as.url }}',
  })
})

test('in if, what is known becomes a literal', () => {
  const condition = "if: ${{ inputs.scope == 'x' || steps.register.outputs.client_id != '' }}"
  const text = changed('uses: udap/token', `uses: udap/token\n    ${condition}`)
  expect(only(planOf({ text })).steps[1]?.if).toBe(
    "('system/Patient.rs' == 'x') || (steps.register.outputs.client_id != '')",
  )
})

test('a step reads its own outputs in what it expects', () => {
  const text = changed(
    '- body:',
    '- that: { value: "${{ steps.token.outputs.expires_in }}", is: 300 }\n      - body:',
  )
  expect(only(planOf({ text })).steps[1]?.expect[0]).toMatchObject({
    kind: 'that',
    value: { value: '${{ steps.token.outputs.expires_in }}', is: 300 },
  })
})

test('faults keep their place, those of an actor are its own', () => {
  const text = changed(
    'kind: authorization-server',
    'kind: authorization-server, faults: [{ inject: skip/statement-unexpired }]',
  ).replace(
    'uses: udap/token',
    'uses: udap/token\n    faults:\n      - { at: as, inject: access-token/expired }',
  )
  const one = only(planOf({ text }))
  expect(one.actors[1]?.faults).toEqual([
    { actor: 'as', inject: 'skip/statement-unexpired', at: { file: 'b2b/token.yaml', line: 8, column: 46 } },
  ])
  expect(one.steps[1]?.faults).toEqual([
    { actor: 'as', inject: 'access-token/expired', at: { file: 'b2b/token.yaml', line: 25, column: 9 } },
  ])
})

test('each row of a matrix is a case, and mistakes that rows share are told once', () => {
  const matrix =
    'matrix:\n  include:\n    - { case: good, status: 201 }\n    - { case: bad, status: 400 }\nactors:'
  const text = changed('status: 201', 'status: ${{ matrix.status }}').replace('actors:', matrix)
  const plan = planOf({ text })
  expect(plan.cases.map(({ id, name, at }) => [id, name, at.line])).toEqual([
    ['c1', 'A token: good', 8],
    ['c2', 'A token: bad', 9],
  ])
  expect(plan.cases.map(({ steps }) => steps[0]?.expect[0]?.value)).toEqual([201, 400])
  expect(messagesOf({ text: text.replace('udap/token', 'udap/tokn') }).split('\n')).toHaveLength(4)
  expect(messagesOf({ text: text.replace('status: 400', 'stat: 400') })).toContain(
    'b2b/token.yaml:23:17: nothing is called matrix.status here',
  )
  expect(messagesOf({ text: text.replace('status: 400', 'status: many') })).toContain(
    'b2b/token.yaml:23:17: status must be a whole number or a ${{ }} or one $ operator, not "many"',
  )
})

test('--spec is for those that do not say, or for the one that is named', () => {
  const text = changed('kind: authorization-server', 'kind: authorization-server, spec: 2.0.0')
  const specs = (spec: string | Record<string, string>) =>
    only(planOf({ text, options: { spec } })).actors.map((actor) => actor.spec)
  expect(specs('1.1.0')).toEqual(['1.1.0', '2.0.0', '1.1.0', '1.1.0'])
  expect(specs('as=1.1.0')).toEqual(['2.0.0', '1.1.0', '2.0.0', '2.0.0'])
  expect(specs({ app: '1.1.0' })).toEqual(['2.0.0', '2.0.0', '2.0.0', '1.1.0'])
})

test('wrong options are told by their names', () => {
  const options = {
    spec: '2.0',
    inputs: { scop: 'x' },
    actors: { ass: 'as.example' },
    place: 'procces',
    browser: 'chrome',
    clock: 'noon',
  }
  expect(messagesOf({ options }).split('\n')).toEqual([
    '--spec: there is no version 2.0 of the guide',
    '  did you mean 2.0.0?',
    '--actor: no scenario has an actor ass',
    '  did you mean as?',
    '--actor: as.example is no URL',
    '  for example ass=https://as.example, or ass=await',
    '--input: no scenario has an input scop',
    '  did you mean scope?',
    '--place: there is no place procces',
    '  did you mean process?',
    '--browser: there is no browser chrome',
    '  known: http, chromium',
    '--clock: noon is no time',
    '  for example 2026-01-31T12:00:00Z',
  ])
})

test('what persons browse with is as the command line says, else as the scenario does', () => {
  const user: KindEntry = {
    ...catalogue.kinds['client-app']!,
    with: Type.Object({ browser: Type.Enum(['http', 'chromium'], { default: 'http' }) }),
    enrols: false,
  }
  const people = 'ana: { kind: user }\n  ben: { kind: user, with: { browser: chromium } }'
  const source = { path: 'b2b/token.yaml', text: changed('  app: {', `  ${people}\n  app: {`) }
  const browsers = (options: PlanOptions) => {
    const all = { ...catalogue, kinds: { ...catalogue.kinds, user } }
    const loaded = loadPlan([source], options, all, () => '{}')
    if (!('plan' in loaded)) throw new Error(JSON.stringify(loaded.problems))
    return only(loaded.plan).actors.map((actor) => actor.with.browser)
  }
  const none = [undefined, undefined, undefined]
  expect(browsers({})).toEqual([...none, 'http', 'chromium', undefined])
  expect(browsers({ browser: 'chromium' })).toEqual([...none, 'chromium', 'chromium', undefined])
  expect(browsers({ browser: 'http' })).toEqual([...none, 'http', 'http', undefined])
})

test('whom an actor names must be there, and be of the right kind', () => {
  const user: KindEntry = { ...catalogue.kinds['client-app']!, enrols: false }
  const Name = Type.Optional(Type.String())
  const As: KindEntry = {
    ...catalogue.kinds['authorization-server']!,
    with: Type.Object({
      users: Type.Array(Type.String()),
      links: Type.Array(Type.Object({ user: Name, sub: Name })),
    }),
    names: { users: ['user'], 'links.user': ['user'] },
  }
  const kinds = { ...catalogue.kinds, user, 'authorization-server': As }
  const problems = (said: string) => {
    const actors = `  ana: { kind: user }\n  as: { kind: authorization-server, with: ${said} }`
    const text = changed('  as: { kind: authorization-server }', actors)
    const loaded = loadPlan([{ path: 'b2b/token.yaml', text }], {}, { ...catalogue, kinds }, () => '{}')
    return 'plan' in loaded ? [] : loaded.problems.map(({ message, hint }) => [message, hint])
  }
  expect(problems('{ users: [ana], links: [{ user: ana }, { sub: s }] }')).toEqual([])
  expect(problems('{ users: [ana, anna], links: [] }')).toEqual([
    ['there is no user anna', 'did you mean ana?'],
  ])
  const app = 'app is a client-app, and this needs a user'
  expect(problems('{ users: [ana, app], links: [] }')).toEqual([[app, undefined]])
  expect(problems('{ users: [], links: [{ sub: s }, { user: app }] }')).toEqual([[app, undefined]])
})

test('an actor that somebody else runs has a URL and no certificate of ours', () => {
  const one = only(planOf({ options: { actors: { as: 'https://as.example/x/' }, place: 'process' } }))
  expect(one.actors.map(({ place }) => place)).toEqual([
    'process',
    { url: 'https://as.example/x/' },
    'process',
    'process',
  ])
  expect(one.actors[1]?.certificates).toEqual([])
  expect(one).not.toHaveProperty('skip')
})

test('endpoints of somebody else are checked by name', () => {
  const at = (endpoints: string) =>
    changed(
      'kind: authorization-server',
      `kind: authorization-server, place: { url: "https://as.example" }, with: { endpoints: ${endpoints} }`,
    )
  expect(only(planOf({ text: at('{ token: /oauth/token }') })).actors[1]?.with).toMatchObject({
    endpoints: { token: '/oauth/token' },
  })
  expect(messagesOf({ text: at('{ tokens: /oauth/token }') })).toContain('there is no endpoint tokens')
})

test.each([
  [
    'a fault in it',
    'as',
    'uses: udap/token',
    'uses: udap/token\n    faults: [{ at: as, inject: access-token/expired }]',
    'access-token/expired cannot be injected into as: somebody else runs https://x.example',
  ],
  [
    'a step of it',
    'app',
    'id: token',
    'id: token',
    'step register cannot be done with app: somebody else runs https://x.example',
  ],
  [
    'its certificates',
    'ca',
    'id: token',
    'id: token',
    'ca (certificate-authority) cannot issue certificates here: somebody else runs https://x.example; give each simulated actor a certificate of its own in testbed.yaml',
  ],
  [
    'its clock',
    'as',
    'name: A token',
    'name: A token\nclock: 2026-01-31T12:00:00Z',
    'the clock of as cannot be set: somebody else runs https://x.example',
  ],
])('a case that needs %s from somebody else is skipped with the reason', (_, name, from, to, reason) => {
  const plan = planOf({ text: changed(from, to), options: { actors: { [name]: 'https://x.example' } } })
  expect(only(plan).skip).toBe(reason)
})

test('policy stays as it is said: who reads it wants to know what was loosened', () => {
  const text = changed('kind: authorization-server', 'kind: authorization-server, policy: { skewS: 60 }')
  expect(only(planOf({ text })).actors.map(({ policy }) => policy)).toEqual([{}, { skewS: 60 }, {}, {}])
})

test('an actor may have a certificate of each of several authorities', () => {
  const text = changed(
    'kind: client-app',
    'kind: client-app, trusts: ca, certificate: [{ from: ca }, { from: south, profile: expired-leaf }]',
  )
    .replace('  as: {', '  south: { kind: certificate-authority }\n  as: {')
    .replaceAll(/kind: (authorization|resource)-server/g, '$&, trusts: ca, certificate: { from: ca }')
  expect(only(planOf({ text })).actors.at(-1)?.certificates).toEqual([
    { from: 'ca', profile: 'leaf', key: 'rsa-2048' },
    // Its profile asks for that key.
    { from: 'south', profile: 'expired-leaf', key: 'ec-p256' },
  ])
})

test('steps of finally come last and are marked; they read every step, and share its ids', () => {
  const last = (id: string) => `${scenario}finally:
  - id: ${id}
    actor: app
    uses: udap/register
    if: \${{ inputs.scope != 'x' }}
    with: { grant_types: [], scope: '\${{ steps.token.outputs.access_token }}' }
`
  const { steps } = only(planOf({ text: last('cancel') }))
  expect(steps.map(({ id, finally: always }) => [id, always])).toEqual([
    ['register', undefined],
    ['token', undefined],
    ['cancel', true],
  ])
  expect(steps[2]?.if).toBe("'system/Patient.rs' != 'x'")
  expect(messagesOf({ text: last('token') })).toContain('b2b/token.yaml:27:9: step token is there twice')
})

test('a request is repeated by whoever sent it, unless the step says who', () => {
  const again = (more: string) => `${scenario}  - id: again\n    uses: http/repeat\n    with: ${more}\n`
  const step = (text: string) => only(planOf({ text })).steps[2]
  expect(step(again('{ of: token }'))).toMatchObject({
    actor: 'app',
    with: { of: 'token', times: 1, atOnce: false },
  })
  expect(step(again('{ of: { step: register, path: /register }, times: 100, atOnce: true }'))).toMatchObject({
    with: { of: { step: 'register', path: '/register' }, times: 100, atOnce: true },
  })
  expect(step(again('{ of: token }\n    actor: as'))?.actor).toBe('as')
  expect(step(again('{ of: token }\n    expect: [{ status: 400 }]'))?.expect).toHaveLength(1)
})

test('hundreds of aliases and a megabyte are refused', () => {
  const bomb = `a: &a [x, x, x, x, x, x, x, x, x]\nb: &b [${'*a, '.repeat(9)}*a]\nc: &c [${'*b, '.repeat(9)}*b]\nd: [${'*c, '.repeat(9)}*c]\n`
  expect(messagesOf({ text: bomb })).toContain(
    'b2b/token.yaml:1:1: aliases (*name) repeat more than 100 values',
  )
  expect(messagesOf({ text: `${scenario}# ${'x'.repeat(1024 * 1024)}` })).toBe(
    'b2b/token.yaml:1:1: the file is larger than 1 MiB',
  )
})
