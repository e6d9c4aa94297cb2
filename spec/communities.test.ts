import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { loadCommunities } from './communities.ts'
import { SpecError } from './load.ts'

const root = new URL('../', import.meta.url)
const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

/** A copy of the definitions that ship, in which `from` is `to` in one file. */
function changed(file: string, from: string, to: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'communities-'))
  folders.push(folder)
  cpSync(fileURLToPath(new URL('spec/communities/', root)), folder, { recursive: true })
  const path = join(folder, file)
  const text = readFileSync(path, 'utf8')
  expect(text).toContain(from)
  writeFileSync(path, text.replace(from, to))
  return folder
}

const example = 'example-network.yaml'
const tefca = 'tefca-facilitated-fhir.yaml'

test('those that ship load, by URI', () => {
  const all = loadCommunities(root)
  expect(Object.keys(all).sort()).toEqual([
    'urn:example:consumer-apps',
    'urn:example:network',
    'urn:oid:2.16.840.1.113883.3.7204.1.5',
  ])
  const { purposeOfUse, status } = all['urn:oid:2.16.840.1.113883.3.7204.1.5']!
  expect(purposeOfUse?.codes.map(({ code }) => code)).toHaveLength(12)
  expect({ max: purposeOfUse?.max, status }).toEqual({ max: 1, status: 'draft' })
})

test("a user's own comes beside them, or in the place of one with its URI", () => {
  const folder = changed(example, 'name: Example network', 'name: Our network')
  expect(loadCommunities(root, folder)['urn:example:network']?.name).toBe('Our network')
  expect(loadCommunities(root)['urn:example:network']?.name).toBe('Example network')
})

test.each([
  [example, 'status: example', 'status: final', 'status: must be one of example, draft, in force'],
  [example, 'max: 2', 'max: none', 'purposeOfUse.max: must be integer'],
  [example, 'maxSkewS: 30', 'maxSkew: 30', 'time.maxSkewS: is missing'],
  [example, 'keys: [rsa-2048', 'keys: [rsa-1024', 'certificates.keys: must be one of rsa-2048'],
  [example, 'server: ^https://', 'server: "^(https"', 'uris.server: Invalid regular expression'],
  [example, 'codes: [TREAT,', 'codes: [TREAT, TREAT,', 'purposeOfUse.codes: TREAT is there twice'],
  [example, 'among: consentPolicies', 'among: policies', 'extensions.rules.among: must be one of'],
  [example, '[HPAYMT] }', '[PAY] }', 'extensions.required.purposeOfUse: PAY is no code of purposeOfUse'],
  [example, 'key: example-case', 'key: hl7-b2b', 'extensions.key: hl7-b2b is defined by the guide'],
  [example, 'schema: example-case', 'schema: exampl-case', 'is not there'],
  [example, 'case_number: C-1001', 'case_number: 1001', 'extensions.example: does not fit example-case'],
  [tefca, 'default: T-TRTMNT', 'default: T-NONE', 'purposeOfUse.default: T-NONE is none of its codes'],
  [tefca, '    max: "SOP', '    most: "SOP', 'purposeOfUse.source.most: there is no most beside this source'],
  [
    tefca,
    'community: urn:oid:2.16.840.1.113883.3.7204.1.5',
    'community: urn:example:network',
    'defines it, too',
  ],
])('%s with %s as %s is an error that names file, line and field', (file, from, to, message) => {
  const folder = changed(file, from, to)
  const text = readFileSync(join(folder, file), 'utf8')
  const line = text.slice(0, text.indexOf(to)).split('\n').length
  const error = failureOf(folder)
  expect(error.file).toBe(join(folder, file))
  expect(error.what).toContain(message)
  expect(Math.abs(error.line - line)).toBeLessThanOrEqual(1)
})

test('what is no JSON Schema, and a folder without definitions, are errors, too', () => {
  const folder = changed('example-case.schema.json', '"type": "object"', '"type": "objekt"')
  expect(failureOf(folder).what).toContain('is no JSON Schema')
  expect(failureOf(join(folder, 'nowhere')).what).toContain('there is no such folder')
  const empty = mkdtempSync(join(tmpdir(), 'communities-'))
  folders.push(empty)
  expect(failureOf(empty).what).toContain('no definition of a community is in it')
})

function failureOf(folder: string): SpecError {
  try {
    loadCommunities(root, folder)
  } catch (error) {
    if (error instanceof SpecError) return error
    throw error
  }
  throw new Error('The definitions loaded.')
}
