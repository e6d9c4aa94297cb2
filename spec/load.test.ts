import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { loadSpec } from './load.ts'

const root = new URL('../', import.meta.url)
const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

/** A copy of spec/ in which `from` is `to` in one file. */
function changed(file: string, from: string, to: string): URL {
  const folder = mkdtempSync(join(tmpdir(), 'spec-'))
  folders.push(folder)
  cpSync(new URL('spec/', root), join(folder, 'spec'), { recursive: true })
  const path = join(folder, 'spec', file)
  const text = readFileSync(path, 'utf8')
  expect(text).toContain(from)
  writeFileSync(path, text.replace(from, to))
  return pathToFileURL(`${folder}/`)
}

test('the catalogue and both versions load', () => {
  const spec = loadSpec(root)
  expect(spec.requirements).toHaveLength(327)
  expect(spec.requirements.find((row) => row.id === 'reg-012')).toMatchObject({
    strength: 'SHALL',
    actor: 'client',
    text: 'exp present, integer, at most 300 s after iat.',
  })
  expect(Object.keys(spec.versions)).toEqual(['1.1.0', '2.0.0'])
})

test('1.1.0 and 2.0.0 differ where the guide changed', () => {
  const { versions } = loadSpec(root)
  const [old, now] = [versions['1.1.0']!.parameters, versions['2.0.0']!.parameters]
  expect(now.discovery.requiredFields.filter((name) => !old.discovery.requiredFields.includes(name))).toEqual(
    ['scopes_supported', 'registration_endpoint_jwt_signing_alg_values_supported'],
  )
  expect([old.registration.echoJwtClaims, now.registration.echoJwtClaims]).toEqual([true, false])
  expect([old.token.scopeInRequest, now.token.scopeInRequest]).toEqual(['optional', 'required'])
  expect([old.discovery.clientNamesCommunity, now.discovery.clientNamesCommunity]).toEqual([false, true])
  expect([old.registration.maxLifetimeS, now.registration.maxLifetimeS]).toEqual([300, 300])
})

test('it is read once, frozen to the bottom, with the digest of each file', () => {
  const spec = loadSpec(root)
  expect(loadSpec(root)).toBe(spec)
  expect(() => spec.versions['2.0.0']!.parameters.discovery.requiredFields.push('x')).toThrow(TypeError)
  expect(Object.keys(spec.digests)).toEqual([
    'versions/1.1.0.yaml',
    'versions/2.0.0.yaml',
    'requirements.yaml',
  ])
  for (const digest of Object.values(spec.digests)) expect(digest).toMatch(/^[0-9a-f]{64}$/)
})

test.each([
  [
    'versions/2.0.0.yaml',
    'maxLifetimeS: 300',
    'maxLifetimeS: long',
    'spec/versions/2.0.0.yaml:25: parameters.registration.maxLifetimeS: must be integer',
  ],
  [
    'versions/2.0.0.yaml',
    'unknownCommunity: "204"',
    'unknownCommunity: "205"',
    'spec/versions/2.0.0.yaml:7: parameters.discovery.unknownCommunity: must be one of 404, 204, default',
  ],
  [
    'versions/1.1.0.yaml',
    'echoJwtClaims: true',
    'echoJwtClaim: true',
    'spec/versions/1.1.0.yaml:24: parameters.registration.echoJwtClaims: is missing',
  ],
  [
    'versions/1.1.0.yaml',
    'version: 1.1.0',
    'version: 1.1.1',
    "spec/versions/1.1.0.yaml:3: version: must be the file's name, 1.1.0",
  ],
  [
    'requirements.yaml',
    'strength: SHALL\n',
    'strength: MUST\n',
    'spec/requirements.yaml:21: strength: must be one of SHALL, SHALL NOT, SHOULD, SHOULD NOT, MAY',
  ],
  [
    'requirements.yaml',
    'id: disc-002',
    'id: disc-001',
    'spec/requirements.yaml:31: id: disc-001 is there twice',
  ],
  ['requirements.yaml', 'page: discovery', 'page: [discovery', /^spec\/requirements\.yaml:\d+: /],
])('a mistake in %s names file, line and field (%s)', (file, from, to, message) => {
  const copy = changed(file, from, to)
  expect(() => loadSpec(copy)).toThrow(message)
})
