/** Every hop on a line, step by step: who asked whom what, what came back, who saw it, which rule judged it. */
import type { CaseResult, HopResult, Result } from '../result.ts'
import type { HalfHop, Stage, StageCase } from '../trace/trace.ts'
import { marks } from './case-line.ts'
import { milliseconds, type Paint } from './paint.ts'

const maxPath = 48

/** Ids of hops that were paired by order only, and of those made while another was being answered. */
interface Seen {
  byOrder: Set<string>
  inside: Set<string>
}

export function hopListing(result: Result, trace: HalfHop[], stage: Stage, paint: Paint): string[] {
  const seen: Seen = {
    byOrder: idsOf(trace.filter(({ paired }) => paired === 'order')),
    inside: idsOf(trace.filter(({ within }) => within !== undefined)),
  }
  return result.cases.flatMap((one) => {
    if (one.verdict === 'skipped') return []
    const { sign, style } = marks[one.verdict]
    const head = `${paint(style, sign)} ${paint('bold', one.name)}  ${paint('dim', `${one.file}:${one.line}`)}`
    const staged = stage.cases.find(({ case: id }) => id === one.id)
    return [head, ...(staged ? actors(staged, paint) : []), ...steps(one, seen, paint), '']
  })
}

function idsOf(halves: HalfHop[]): Set<string> {
  return new Set(halves.map(({ id }) => id))
}

function actors({ actors: all }: StageCase, paint: Paint): string[] {
  const rows = Object.entries(all).map(([name, { kind, place, spec, url }]) => [name, kind, spec, place, url])
  return align(rows).map((row) => paint('dim', `  ${row}`))
}

function steps(one: CaseResult, { byOrder, inside }: Seen, paint: Paint): string[] {
  const rows = align(one.hops.map((hop) => columns(hop, inside.has(hop.id))))
  return one.steps.flatMap((step) => {
    const { sign, style } = marks[step.verdict]
    const reason = step.reason === undefined ? '' : paint('dim', `  ${step.verdict}: ${step.reason}`)
    const lines = one.hops.flatMap((hop, index) => {
      if (hop.step !== step.id) return []
      const pairing = byOrder.has(hop.id) ? '  paired by order' : ''
      return `    ${rows[index]}  ${paint('dim', sidesOf(hop) + pairing)}  ${verdicts(one, hop, paint)}`
    })
    return [`  ${paint(style, sign)} ${step.id}  ${paint('dim', step.uses)}${reason}`, ...lines]
  })
}

function columns(hop: HopResult, inside: boolean): string[] {
  const { from, to, class: kind, method, url, status, error, ms } = hop
  const answer = String(status ?? error ?? 'no answer')
  return [
    `${inside ? '↳ ' : ''}${from ?? '?'} → ${to ?? '?'}`,
    kind,
    method,
    pathOf(url),
    answer,
    milliseconds(ms).padStart(7),
  ]
}

function verdicts({ rules }: CaseResult, hop: HopResult, paint: Paint): string {
  const found = rules.flatMap(({ id, findings }) =>
    findings.filter((finding) => finding.hop === hop.id).map((finding) => ({ id, ...finding })),
  )
  const said = found.map(({ id, verdict, provoked }) => {
    const style = verdict === 'warned' || provoked ? 'yellow' : 'red'
    return paint(style, `${id} ${verdict}${provoked ? ' (provoked)' : ''}`)
  })
  const held = hop.rules.filter((id) => found.every((one) => one.id !== id)).length
  const faults = hop.faults.map((fault) => paint('yellow', fault))
  const judged =
    hop.rules.length > 0
      ? [
          ...said,
          ...(held > 0 ? [paint('green', held === 1 ? '1 rule holds' : `${held} rules hold`)] : []),
        ].join(', ')
      : paint('dim', 'not judged by a rule')
  return [...faults, judged].join('  ')
}

export function sidesOf({ sides, from, to, inferred }: HopResult): string {
  if (sides.length === 2) return 'both ends'
  const only = `only ${(sides[0] === 'client' ? from : to) ?? sides[0]}`
  return inferred ? `${only}, who asked is inferred` : only
}

function pathOf(url: string): string {
  const { pathname = url, search = '' } = URL.parse(url) ?? {}
  // A secret in it was cut, which shall be seen as it is.
  const path = `${pathname}${search}`.replaceAll('%E2%80%A6', '…')
  return path.length > maxPath ? `${path.slice(0, maxPath - 1)}…` : path
}

/** Columns as wide as their widest cell. */
function align(rows: string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  )
}
