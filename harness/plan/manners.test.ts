/** Which cases run as asked when a system is somebody else's. */
import { expect, test } from 'vitest'
import { readText } from '../cli/files.ts'
import { planOf, tooMuch } from '../testbed.ts'
import type { System } from './system.ts'

const scenario = (over: {
  policy?: string
  certificate?: string
  fault?: string
  at?: string
  more?: string
}) => `scenario: 1
name: A case
actors:
  ca: { kind: certificate-authority }
  as: { kind: authorization-server, with: { grants: [client_credentials] } }
  fhir: { kind: resource-server, with: { data: ../data/two-patients.json } }
  app: { kind: client-app${over.policy ?? ''}${over.certificate ?? ''} }
  other: { kind: client-app }
steps:
  - id: discover
    actor: app
    uses: udap/discover
${over.fault ? `    faults: [{ at: ${over.at ?? 'app'}, inject: ${over.fault} }]\n` : ''}${over.more ?? ''}`

async function skipOf(text: string, systems: Record<string, System>): Promise<string | undefined> {
  const made = await planOf([{ path: 'scenarios/b2b/x.yaml', text }], { systems }, {}, readText)
  if ('problems' in made) throw new Error(JSON.stringify(made.problems))
  return made.plan.cases[0]!.skip
}

const as = { as: { url: 'https://as.example' } }
const fault = { fault: 'metadata-request/no-community' }

test.each([
  ['nothing wrong', {}, undefined],
  ['a fault of who talks to it', fault, 'metadata-request/no-community of app'],
  [
    'a switched-off check of who talks to it',
    { fault: 'skip/metadata-conditional-fields' },
    'skip/metadata-conditional-fields of app',
  ],
  [
    'a fault of an authority, whose lists everybody reads',
    { fault: 'crl/expired', at: 'ca' },
    'crl/expired of ca',
  ],
  ['a faulty certificate', { certificate: ', certificate: expired' }, 'a certificate of profile expired'],
  ['another sound certificate', { certificate: ', certificate: certifier' }, undefined],
  [
    'a policy that bends what is sent',
    { policy: ', policy: { assertionKey: jku }' },
    'policy assertionKey: jku of app',
  ],
  ['a policy that only bends what is accepted', { policy: ', policy: { revocation: off }' }, undefined],
  [
    'something sent again',
    { more: '  - { id: again, actor: app, uses: http/repeat, with: { of: discover } }\n' },
    'what step again sends again',
  ],
  [
    'a revoked certificate',
    { more: '  - { id: x, uses: testbed/revoke, with: { actor: app } }\n' },
    'the revoked certificate of app',
  ],
] as const)('%s', async (_, over, what) => {
  const text = scenario(over)
  const reason =
    what &&
    `${what} would reach as, which is somebody else's: only with actors: { as: { allowFaults: true } } in testbed.yaml`
  expect(await skipOf(text, as)).toBe(reason)
  expect(await skipOf(text, { as: { ...as.as, allowFaults: true } })).toBeUndefined()
})

test('a client under test is spared as well, and a person is no system', async () => {
  const text = scenario({ fault: 'metadata/no-token-endpoint', at: 'fhir' })
  expect(await skipOf(text, { app: { await: true } })).toContain("would reach app, which is somebody else's")
  expect(await skipOf(text, { app: { await: true, allowFaults: true } })).toBeUndefined()
})

test('what does not reach it is no concern of its owner', async () => {
  const text = scenario({ fault: 'metadata/no-token-endpoint', at: 'fhir' })
  expect(await skipOf(text, { other: { await: true } })).toBeUndefined()
})

test('a case is repeated a few times with a system of other people, and as often as one likes with one that allows it', async () => {
  const planned = async (systems: Record<string, System>) => {
    const made = await planOf(
      [{ path: 'scenarios/b2b/x.yaml', text: scenario({}) }],
      { systems },
      {},
      readText,
    )
    if ('problems' in made) throw new Error(JSON.stringify(made.problems))
    return made.plan
  }
  expect(tooMuch(await planned(as), 3)).toBeUndefined()
  expect(tooMuch(await planned(as), 50)).toContain(
    "50 times are load for as, which is somebody else's: up to 3, or ",
  )
  expect(tooMuch(await planned({ as: { ...as.as, allowFaults: true } }), 50)).toBeUndefined()
  expect(tooMuch(await planned({}), 50)).toBeUndefined()
})
