/** For tests: a small catalogue, one scenario to vary, and the messages that a mistake in it gives. */
import { Type } from 'typebox'
import type { Catalogue } from './catalogue.ts'
import { loadPlan } from './load.ts'
import type { PlanOptions } from './options.ts'
import type { Plan } from './plan.ts'
import { formatProblem } from './problem.ts'

const closed = { additionalProperties: false }
const Server = Type.Optional(Type.String())
const server = { server: ['resource-server'] }

export const catalogue: Catalogue = {
  kinds: {
    'certificate-authority': {
      serves: 'http',
      with: Type.Object({ community: Type.Optional(Type.String({ format: 'uri' })) }, closed),
      policy: Type.Object({}, closed),
      links: {},
      actions: {},
      faults: [],
      checks: [],
      endpoints: ['crl'],
      facts: ['community'],
    },
    'authorization-server': {
      serves: 'https',
      with: Type.Object(
        {
          grants: Type.Array(Type.Enum(['client_credentials', 'authorization_code']), {
            default: ['client_credentials'],
          }),
          tokenLifetimeS: Type.Optional(Type.Integer({ minimum: 1 })),
        },
        closed,
      ),
      policy: Type.Object(
        {
          skewS: Type.Integer({ minimum: 0, default: 0, description: 'Seconds.' }),
          replay: Type.Enum(['refuse', 'accept'], { default: 'refuse' }),
        },
        closed,
      ),
      links: {},
      actions: {},
      faults: ['access-token/expired'],
      checks: ['statement-unexpired'],
      endpoints: ['token', 'registration'],
      facts: ['issuer'],
    },
    'resource-server': {
      serves: 'https',
      with: Type.Object(
        {
          data: Type.Optional(
            Type.Unsafe({ anyOf: [{ type: 'string' }, { type: 'object' }], 'x-testbed-file': true }),
          ),
          tokensFrom: Type.Optional(Type.String()),
        },
        closed,
      ),
      policy: Type.Object({}, closed),
      links: { tokensFrom: ['authorization-server'] },
      actions: {},
      faults: [],
      checks: [],
      endpoints: ['metadata'],
      facts: [],
    },
    'client-app': {
      serves: 'nothing',
      with: Type.Object({}, closed),
      policy: Type.Object({}, closed),
      links: {},
      actions: {
        'udap/discover': {
          with: Type.Object({ server: Server, community: Type.Optional(Type.String()) }, closed),
          links: server,
          outputs: { token_endpoint: 'URL' },
        },
        'udap/register': {
          with: Type.Object(
            { server: Server, grant_types: Type.Array(Type.String()), scope: Type.String() },
            closed,
          ),
          links: server,
          outputs: { client_id: 'as assigned' },
        },
        'credential/replace': { with: Type.Object({}), links: {}, outputs: {} },
        'udap/token': {
          with: Type.Object({ server: Server, scope: Type.Optional(Type.String()) }, closed),
          links: server,
          outputs: { access_token: 'the token', expires_in: 'seconds' },
        },
      },
      faults: ['software-statement/expired', 'client-assertion/expired'],
      checks: ['signed-metadata-signature'],
      endpoints: [],
      facts: [],
    },
  },
  rules: ['reg-012', 'reg-036', 'reg-x04', 'b2b-062'],
  versions: ['1.1.0', '2.0.0'],
  profiles: ['leaf', 'expired-leaf'],
  profileKeys: { leaf: 'rsa-2048', 'expired-leaf': 'ec-p256' },
  keyAlgorithms: ['rsa-2048', 'ec-p256'],
  defaults: { version: '2.0.0', profile: 'leaf', key: 'rsa-2048' },
}

/** Line numbers in tests count from its first line, `scenario: 1`. */
export const scenario = `scenario: 1
name: A token
tags: [udap, quick]
inputs:
  scope: { type: string, default: system/Patient.rs }
actors:
  ca: { kind: certificate-authority }
  as: { kind: authorization-server }
  fhir: { kind: resource-server, with: { data: data/two.json } }
  app: { kind: client-app, name: Backend }
steps:
  - id: register
    actor: app
    uses: udap/register
    with:
      grant_types: [client_credentials]
      scope: \${{ inputs.scope }}
    expect:
      - status: 201
        refs: [reg-036]
  - id: token
    actor: app
    uses: udap/token
    expect:
      - body: { expires_in: { $lte: 3600 } }
`

export const folder: Record<string, string> = { 'b2b/data/two.json': '{ "patients": 2 }' }

interface Given {
  text?: string
  options?: PlanOptions
  /** More files that can be read, by path. */
  files?: Record<string, string>
  communities?: Catalogue['communities']
}

/** The plan of one file, `b2b/token.yaml`, or the messages that it gives. */
export function load({
  text = scenario,
  options = {},
  files = {},
  communities = {},
}: Given): Plan | string[] {
  const all = { ...folder, ...files }
  const read = (path: string) => {
    const found = all[path]
    if (found === undefined) throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' })
    return found
  }
  const loaded = loadPlan([{ path: 'b2b/token.yaml', text }], options, { ...catalogue, communities }, read)
  return 'plan' in loaded ? loaded.plan : loaded.problems.map(formatProblem)
}

/** The plan; fails with the messages when there is none. */
export function planOf(given: Given = {}): Plan {
  const loaded = load(given)
  if (Array.isArray(loaded)) throw new Error(loaded.join('\n'))
  return loaded
}

/** The messages, one text; fails when there is a plan. */
export function messagesOf(given: Given): string {
  const loaded = load(given)
  if (!Array.isArray(loaded)) throw new Error('a plan was made')
  return loaded.join('\n')
}

/** The scenario with `from` replaced; fails when it is not there. */
export function changed(from: string, to: string, text = scenario): string {
  if (!text.includes(from)) throw new Error(`the scenario has no ${from}`)
  return text.replace(from, () => to)
}
