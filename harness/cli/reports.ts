/** The reports that are files, and GitHub's summary of the job. */
import { appendFileSync, existsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { coverageCsv, coverageLine, coverageMarkdown, coverageOf } from '../report/coverage.ts'
import type { FailureOptions } from '../report/failures.ts'
import { junitReport } from '../report/junit.ts'
import { markdownReport } from '../report/markdown.ts'
import { sheetCsv, sheetMarkdown, sheetOf } from '../report/sheet.ts'
import { guide, type Judged, judgedRules, type Result } from '../testbed.ts'
import type { Reporter } from './flags.ts'

const MIB = 1024 * 1024

/** Always there: coverage.csv and coverage.md. @returns what they say, in one line */
export async function writeCoverage(result: Result, outputDir: string): Promise<string> {
  const coverage = coverageOf(result, guide().requirements, await judgedRules())
  writeFileSync(join(outputDir, 'coverage.csv'), coverageCsv(coverage))
  writeFileSync(join(outputDir, 'coverage.md'), coverageMarkdown(coverage))
  return coverageLine(coverage)
}

/** @param flags those of the run that decide what its cases do @returns the files that were written */
export function writeReports(
  wanted: Reporter[],
  { result, stage, trace }: Judged,
  options: FailureOptions,
): string[] {
  const files: string[] = []
  const write = (name: string, text: string) => {
    const file = join(options.outputDir, name)
    writeFileSync(file, text)
    files.push(file)
  }
  if (wanted.includes('junit')) write('junit.xml', junitReport(result, stage, options))
  if (wanted.includes('markdown')) {
    write('report.md', markdownReport(result, trace, stage, { ...options, limit: MIB }))
    const summary = process.env.GITHUB_STEP_SUMMARY
    if (summary) {
      // Other steps of the same script may have written; the limit is for all of it.
      const limit = MIB - (existsSync(summary) ? statSync(summary).size : 0)
      appendFileSync(summary, markdownReport(result, trace, stage, { ...options, limit }))
    }
  }
  if (wanted.includes('sheet')) {
    const rows = sheetOf(result, stage)
    write('sheet.csv', sheetCsv(rows))
    write('sheet.md', sheetMarkdown(rows))
  }
  return files
}
