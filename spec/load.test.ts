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

test('the catalogue and all versions load', () => {
  const spec = loadSpec(root)
  expect(spec.requirements.find((row) => row.id === 'reg-012')).toMatchObject({
    strength: 'SHALL',
    actor: 'client',
    text: 'exp present, integer, at most 300 s after iat.',
  })
  expect(Object.keys(spec.versions)).toEqual(['1.0.0', '1.1.0', '2.0.0', '3.0.0-ballot'])
})

test('it is read once, frozen to the bottom, with the digest of each file', () => {
  const spec = loadSpec(root)
  expect(loadSpec(root)).toBe(spec)
  expect(() => spec.versions['2.0.0']!.parameters.discovery.requiredFields.push('x')).toThrow(TypeError)
  expect(Object.keys(spec.digests)).toEqual([
    'versions/1.0.0.yaml',
    'versions/1.1.0.yaml',
    'versions/2.0.0.yaml',
    'versions/3.0.0-ballot.yaml',
    'requirements.yaml',
  ])
  for (const digest of Object.values(spec.digests)) expect(digest).toMatch(/^[0-9a-f]{64}$/)
})

/** Line of a text in a file, as messages count. */
function lineOf(file: string, text: string): number {
  const whole = readFileSync(new URL(`spec/${file}`, root), 'utf8')
  return whole.slice(0, whole.indexOf(text)).split('\n').length
}

test.each([
  [
    'versions/2.0.0.yaml',
    'maxLifetimeS: 300',
    'maxLifetimeS: long',
    'parameters.registration.maxLifetimeS: must be integer',
  ],
  [
    'versions/2.0.0.yaml',
    'unknownCommunity: "204"',
    'unknownCommunity: "205"',
    'parameters.discovery.unknownCommunity: must be one of 404, 204, default',
  ],
  ['versions/1.1.0.yaml', 'version: 1.1.0', 'version: 1.1.1', "version: must be the file's name, 1.1.0"],
  [
    'requirements.yaml',
    'strength: SHALL\n',
    'strength: MUST\n',
    'strength: must be one of SHALL, SHALL NOT, SHOULD, SHOULD NOT, MAY',
  ],
  ['requirements.yaml', 'id: disc-002', 'id: disc-001', 'id: disc-001 is there twice'],
  [
    'requirements.yaml',
    'parameters: [discovery.requiredFields]',
    'parameters: [discovery.fields]',
    'parameters: no version has a parameter discovery.fields',
  ],
  [
    'requirements.yaml',
    'since: ["1.1.0", "2.0.0", "3.0.0-ballot"]',
    'since: ["1.2.0", "2.0.0", "3.0.0-ballot"]',
    'since: there is no versions/1.2.0.yaml',
  ],
])('a mistake in %s names file, line and field (%s)', (file, from, to, message) => {
  const copy = changed(file, from, to)
  expect(() => loadSpec(copy)).toThrow(`spec/${file}:${lineOf(file, from)}: ${message}`)
})

test('what is missing, and what is no YAML, is told by the line at least', () => {
  const missing = changed('versions/1.1.0.yaml', 'echoJwtClaims: true', 'echoJwtClaim: true')
  expect(() => loadSpec(missing)).toThrow(
    /^spec\/versions\/1\.1\.0\.yaml:\d+: parameters\.registration\.echoJwtClaims: is missing/,
  )
  const broken = changed('requirements.yaml', 'page: discovery', 'page: [discovery')
  expect(() => loadSpec(broken)).toThrow(/^spec\/requirements\.yaml:\d+: /)
})
