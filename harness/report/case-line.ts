/** One line a case, while the run goes on. */
import type { CaseResult, Verdict } from '../result.ts'
import { milliseconds, type Paint, painter, plural, type Style } from './paint.ts'
import { problemsOf } from './problems.ts'

export const marks: Record<Verdict, { sign: string; style: Style }> = {
  passed: { sign: '✓', style: 'green' },
  failed: { sign: '✗', style: 'red' },
  skipped: { sign: '-', style: 'yellow' },
  errored: { sign: '!', style: 'magenta' },
}

/** `✓ scenarios/b2b/x.yaml  A name  4 steps  17 hops  312 ms`, and why, when it did not pass. */
export function caseLine(result: CaseResult, { color }: { color: boolean }): string {
  const paint = painter(color)
  const { verdict, name, file, line, ms } = result
  const { sign, style } = marks[verdict]
  const head = `${paint(style, sign)} ${paint('dim', `${file}:${line}`)}  ${paint('bold', name)}`
  if (verdict === 'skipped') return `${head}  ${paint(style, `skipped: ${result.reason}`)}`
  const steps = result.steps.filter((step) => step.verdict !== 'skipped').length
  const attempt = result.attempts > 1 ? [`attempt ${result.attempts}`] : []
  const size = [plural(steps, 'step'), plural(result.hops.length, 'hop'), milliseconds(ms), ...attempt]
  return `${head}  ${paint('dim', size.join('  '))}${whyNot(result, paint)}`
}

function whyNot(result: CaseResult, paint: Paint): string {
  const [first, ...more] = problemsOf(result)
  if (!first) return ''
  const rest = more.length > 0 ? paint('dim', `  and ${plural(more.length, 'more problem')}`) : ''
  return `\n  ${first.headline}${rest}`
}
