import { expect, test } from 'vitest'
import { changed, messagesOf, planOf } from './fixture.ts'

const part = `part: 1
inputs:
  scope: { type: string }
  grant_types: { type: array, default: [client_credentials] }
steps:
  - id: look
    uses: udap/discover
  - id: enrol
    uses: udap/register
    if: inputs.scope != ''
    with: { grant_types: "\${{ inputs.grant_types }}", scope: "\${{ inputs.scope }} \${{ steps.look.outputs.token_endpoint }}" }
    expect:
      - status: 201
outputs:
  client_id: \${{ steps.enrol.outputs.client_id }}
`
const start = 'uses: udap/register\n    with:\n      grant_types: [client_credentials]\n'
const text = changed(start, 'uses: ../parts/join.yaml\n    with:\n')
const withToken = text.replace(
  'uses: udap/token',
  'uses: udap/token\n    with: { scope: "${{ steps.register.outputs.client_id }}" }',
)
const use = (own = part, by = withToken) => ({ text: by, files: { 'parts/join.yaml': own } })

test('the steps of a part take the place of the step that uses it', () => {
  const [first, second, third] = planOf(use()).cases[0]!.steps
  expect(first).toMatchObject({ id: 'register.look', actor: 'app', uses: 'udap/discover' })
  expect(first?.at).toEqual({ file: 'parts/join.yaml', line: 6, column: 5 })
  expect(second).toMatchObject({
    id: 'register.enrol',
    actor: 'app',
    if: "'system/Patient.rs' != ''",
    with: {
      server: 'fhir',
      grant_types: ['client_credentials'],
      scope: "system/Patient.rs ${{ steps['register.look'].outputs.token_endpoint }}",
    },
  })
  expect(third).toMatchObject({
    id: 'token',
    with: { scope: "${{ steps['register.enrol'].outputs.client_id }}" },
  })
})

test('what the using step expects, the last step of the part must fulfil', () => {
  const { expect: expected } = planOf(use()).cases[0]!.steps[1]!
  expect(expected.map(({ id, refs, at }) => [id, refs, at.file])).toEqual([
    ['register.enrol/1', [], 'parts/join.yaml'],
    ['register.enrol/2', ['reg-036'], 'b2b/token.yaml'],
  ])
})

test('conditions of the using step hold for every step of the part', () => {
  const by = withToken.replace('uses: ../parts', "if: inputs.scope == 'x'\n    uses: ../parts")
  expect(planOf(use(part, by)).cases[0]!.steps.map((step) => step.if)).toEqual([
    "'system/Patient.rs' == 'x'",
    "('system/Patient.rs' == 'x') && ('system/Patient.rs' != '')",
    undefined,
  ])
})

test.each([
  [
    'its inputs only',
    part.replace('inputs.scope }}', 'actors.as.url }}'),
    'parts/join.yaml:11:62: a part sees only its inputs and steps, not actors.as.url',
  ],
  [
    'steps of its own',
    part.replace('steps.look', 'steps.token'),
    'parts/join.yaml:11:62: nothing is called steps.token.outputs.token_endpoint here',
  ],
  [
    'steps that came before',
    part.replace(
      'uses: udap/discover',
      'uses: udap/discover\n    with: { community: "${{ steps.enrol.outputs.client_id }}" }',
    ),
    'parts/join.yaml:8:24: step register.enrol comes later; a step reads only what came before it',
  ],
])('a part reads %s', (_, own, message) => {
  expect(messagesOf(use(own)).split('\n')[0]).toBe(message)
})

test.each([
  [
    'an input that it does not have',
    text.replace('      scope:', '      scop:'),
    'b2b/token.yaml:16:13: this part has no input scop',
  ],
  [
    'an output that it does not have',
    withToken.replace('outputs.client_id', 'outputs.client'),
    'b2b/token.yaml:23:20: nothing is called steps.register.outputs.client here',
  ],
  [
    'faults',
    text.replace(
      'uses: ../parts',
      'faults: [{ at: app, inject: client-assertion/expired }]\n    uses: ../parts',
    ),
    'b2b/token.yaml:14:13: a step that uses a part takes no faults',
  ],
])('a step cannot give a part %s', (_, by, message) => {
  expect(messagesOf(use(part, by))).toContain(message)
})

test('a part that uses itself is told, not followed', () => {
  const circle = part.replace('uses: udap/discover', 'uses: join.yaml\n    with: { scope: x }')
  expect(messagesOf(use(circle))).toContain(
    'parts/join.yaml:7:11: join.yaml uses itself in the end: b2b/token.yaml → parts/join.yaml → parts/join.yaml',
  )
})

test('an input that leads back to the part it is for is told', () => {
  const own = part.replace('steps.enrol.outputs.client_id', 'inputs.scope')
  const by = withToken.replace('scope: ${{ inputs.scope }}', 'scope: ${{ steps.register.outputs.client_id }}')
  expect(messagesOf(use(own, by))).toContain(
    'step register comes later; a step reads only what came before it',
  )
})

test('a part inside a part', () => {
  const outer =
    'part: 1\nsteps:\n  - id: inner\n    uses: join.yaml\n    with: { scope: s }\noutputs:\n  id: ${{ steps.inner.outputs.client_id }}\n'
  const by = withToken
    .replace('join.yaml\n    with:\n      scope: ${{ inputs.scope }}', 'outer.yaml')
    .replace('outputs.client_id', 'outputs.id')
  const plan = planOf({ text: by, files: { 'parts/join.yaml': part, 'parts/outer.yaml': outer } })
  expect(plan.cases[0]!.steps.map(({ id }) => id)).toEqual([
    'register.inner.look',
    'register.inner.enrol',
    'token',
  ])
  expect(plan.cases[0]!.steps[2]?.with).toMatchObject({
    scope: "${{ steps['register.inner.enrol'].outputs.client_id }}",
  })
})
