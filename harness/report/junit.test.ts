import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { CaseSketch } from '../judge/fixture.ts'
import { broke, failed, passed, ran, skipped } from './fixture.ts'
import { junitReport } from './junit.ts'

const xsd = fileURLToPath(new URL('../../test/junit.xsd', import.meta.url))

function junit(...cases: CaseSketch[]): string {
  const { result, stage } = ran(...cases)
  return junitReport(result, stage, { outputDir: 'out', called: 'udap-testbed', flags: [] })
}

/** What xmllint says, where the machine has it (CI installs it): nothing when the report is valid. */
function complaints(xml: string): string {
  try {
    execFileSync('xmllint', ['--noout', '--schema', xsd, '-'], { input: xml, stdio: 'pipe' })
    return ''
  } catch (error) {
    const { code, stderr } = error as { code?: string; stderr?: Buffer }
    return code === 'ENOENT' ? '' : String(stderr)
  }
}

test('a suite a file with its counts; failure, error and skipped are told apart', () => {
  const other = { ...passed, plan: { at: { file: 'other.yaml', line: 3, column: 1 } } }
  const xml = junit(passed, failed, skipped, broke, other)
  expect(xml).toMatch(
    /<testsuite name="scenarios\/b2b\/example\.yaml" .* tests="4" failures="1" errors="1" skipped="1" time="0\.360">/,
  )
  expect(xml).toMatch(/<testsuite name="other\.yaml" .* id="1" .* tests="1" failures="0" errors="0"/)
  expect(xml).toContain('<testcase name="Case c1" classname="scenarios/b2b/example.yaml" time="0.120"/>')
  expect(xml).toContain('<failure type="reg-036" message="register: expected status 201, saw 400')
  expect(xml).toContain('<skipped type="skipped" message="somebody else runs as"></skipped>')
  expect(xml).toContain('<error type="stage" message="as, register: as did not answer">')
  expect(complaints(xml)).toBe('')
})

test('names and answers from anywhere stay text, and nothing in them is no XML', () => {
  const xml = junit(failed)
  expect(xml).toContain(
    'name="A &lt;b&gt;bold&lt;/b&gt; &quot;name&quot; | with; #1 `ticks` &amp; @everybody"',
  )
  expect(xml).not.toContain(']]>')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(xml).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f]/)
  const lone = { ...passed, plan: { name: 'half \ud800 a pair\ufffe' } }
  expect(junit(lone)).toContain('name="half \ufffd a pair "')
  expect(complaints(junit(failed, lone))).toBe('')
})

test('a case that passed only at its second attempt passes, and the suite says so', () => {
  const { result, stage } = ran(passed)
  const twice = { ...result, cases: result.cases.map((one) => ({ ...one, attempts: 2 })) }
  const xml = junitReport(twice, stage, { outputDir: 'out', called: 'udap-testbed', flags: [] })
  expect(xml).toContain('<system-out>flaky: Case c1 passed only at attempt 2\n</system-out>')
  expect(xml).toContain('failures="0"')
})

test('a run without cases is valid too', () => {
  expect(complaints(junit())).toBe('')
  expect(junit()).toContain('<testsuites>')
})
