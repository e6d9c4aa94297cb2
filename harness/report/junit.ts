/**
 * JUnit XML: a suite is a file, a case a case; `failure` is a broken expectation or rule, `error` a stage that
 * broke. There are two schemas in use, of Ant and of Jenkins; this is what both allow.
 */
import type { CaseResult, Result } from '../result.ts'
import type { Stage } from '../trace/trace.ts'
import { type FailureOptions, failuresOf } from './failures.ts'
import { painter } from './paint.ts'
import { problemsOf } from './problems.ts'

export function junitReport(result: Result, stage: Stage, options: FailureOptions): string {
  const files = [...Map.groupBy(result.cases, ({ file }) => file)]
  const suites = files.flatMap(([file, cases], index) => suite(file, index, cases, result, stage, options))
  return `${['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites>', ...suites, '</testsuites>'].join('\n')}\n`
}

function suite(
  file: string,
  index: number,
  cases: CaseResult[],
  result: Result,
  stage: Stage,
  options: FailureOptions,
): string[] {
  const count = (verdict: CaseResult['verdict']) => cases.filter((one) => one.verdict === verdict).length
  const own = stage.cases.filter(({ case: id }) => cases.some((one) => one.id === id))
  const began = own.map(({ startedAt }) => startedAt).sort()[0] ?? '1970-01-01T00:00:00'
  const flaky = cases.filter(({ verdict, attempts }) => verdict === 'passed' && attempts > 1)
  const out = flaky.map(({ name, attempts }) => `flaky: ${name} passed only at attempt ${attempts}\n`)
  const head = tag('testsuite', {
    name: file,
    package: 'udap-testbed',
    id: index,
    timestamp: began.slice(0, 19),
    hostname: 'localhost',
    tests: cases.length,
    failures: count('failed'),
    errors: count('errored'),
    skipped: count('skipped'),
    time: seconds(cases.reduce((sum, { ms }) => sum + ms, 0)),
  })
  return [
    `  ${head}`,
    '    <properties>',
    `      ${tag('property', { name: 'testbed', value: stage.testbed.version }, true)}`,
    '    </properties>',
    ...cases.flatMap((one) => testcase(one, result, stage, options)),
    `    <system-out>${escapeXml(out.join(''))}</system-out>`,
    '    <system-err></system-err>',
    '  </testsuite>',
  ]
}

function testcase(one: CaseResult, result: Result, stage: Stage, options: FailureOptions): string[] {
  const about = { name: one.name, classname: one.file, time: seconds(one.ms) }
  const [first] = problemsOf(one)
  if (one.verdict === 'passed') return [`    ${tag('testcase', about, true)}`]
  const message = one.verdict === 'skipped' ? one.reason : first?.headline
  const [element, type] = (
    {
      failed: ['failure', first?.refs[0] ?? 'expectation'],
      errored: ['error', 'stage'],
      skipped: ['skipped', 'skipped'],
    } as const
  )[one.verdict]
  const text = failuresOf(one, result, stage, options, painter(false)).join('\n')
  const place = one.verdict === 'skipped' ? '' : `${one.file}:${one.line}\n${text}\n`
  const body = `${tag(element, { type, message: message ?? one.verdict })}${escapeXml(place)}</${element}>`
  return [`    ${tag('testcase', about)}`, `      ${body}`, '    </testcase>']
}

function tag(name: string, attributes: Record<string, string | number>, empty = false): string {
  const all = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(String(value))}"`)
  return `<${name}${all.join('')}${empty ? '/>' : '>'}`
}

const seconds = (ms: number): string => (ms / 1000).toFixed(3)

/** What XML 1.0 (2.2) has no way to write: control characters, halves of surrogate pairs, U+FFFE and U+FFFF. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unwritable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/g

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(unwritable, ' ')
    .replace(/[&<>"]/g, (found) => entities[found]!)
}
