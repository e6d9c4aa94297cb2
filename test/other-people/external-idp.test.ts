/**
 * Tiered OAuth with an identity provider that is not ours: oidc-provider with a thin layer of UDAP, in another
 * community, run elsewhere. The scenario is the one that comes along; testbed.yaml says who is real.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { Bed } from '../../actors/fixture-bed.ts'
import { cli, readRun, temporaryFolder } from '../cli.ts'
import { type OidcIdp, startOidcIdp } from './oidc-provider.ts'
import { strangers } from './strangers.ts'

const HOST = 'their-idp.localhost'
const bed = new Bed()
const folder = temporaryFolder()
let idp: OidcIdp
const config = join(folder.path, 'testbed.yaml')

beforeAll(async () => {
  vi.spyOn(console, 'warn').mockReturnValue()
  const { theirs, tls, ours } = await strangers(bed, folder.path, HOST)
  // They import our anchor, we theirs.
  idp = await startOidcIdp(HOST, tls, { community: theirs.uri, anchors: ours.anchors })
  idp.certificate = await theirs.issue([idp.url], 'their idp')
  writeFileSync(join(folder.path, 'ana.txt'), 'any\n')
  writeFileSync(
    config,
    `testbed: 1
authority: ./authority
tlsCa: [their-tls-root.pem]
actors:
  idp:
    url: ${idp.url}
    anchors: [their-root.pem]
    community: ${theirs.uri}
    endpoints: { authorization: /auth, token: /token, registration: /udap/register, userinfo: /me, jwks: /jwks }
  ana: { username: ana, password: { file: ana.txt }, subjects: { idp: ana } }
`,
  )
})
afterAll(async () => {
  await idp.close()
  await bed.close()
  folder[Symbol.dispose]()
})

test('oidc-provider takes the place of the identity provider', async () => {
  const output = join(folder.path, 'run')
  const { code, out, err } = await cli(
    'run',
    'scenarios/tiered/sign-in.yaml',
    '--config',
    config,
    '--output-dir',
    output,
    '-v',
  )
  expect({ code, err }, out).toEqual({ code: 0, err: expect.any(String) })
  const [one] = readRun(output).result.cases
  expect(one).toMatchObject({ verdict: 'passed', unobserved: ['idp'] })
  // It was judged: its metadata, its registration, its ID token.
  const met = one!.rules.filter(({ verdict }) => verdict === 'met').map(({ id }) => id)
  expect(met).toEqual(expect.arrayContaining(['disc-039', 'reg-036', 'tier-024', 'tier-x11', 'b2b-x09']))
}, 60_000)
