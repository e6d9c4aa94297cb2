/** A case as a Mermaid sequence diagram: each step a note, each hop an arrow there and one back. */
import type { CaseResult, HopResult } from '../result.ts'
import type { HalfHop, StageCase } from '../trace/trace.ts'

/** More would neither be read nor, on GitHub, be drawn. */
const maxHops = 150
const maxText = 90
const external = '?'

/** Lines of the diagram, without a fence; none when nothing went over the wire. */
export function sequenceDiagram(one: CaseResult, staged: StageCase | undefined, trace: HalfHop[]): string[] {
  const hops = one.hops.slice(0, maxHops)
  if (hops.length === 0) return []
  const outer = outerOf(hops, trace)
  const asked = new Set(hops.flatMap(({ from, to }) => [from ?? external, to ?? external]))
  // In the order of the scenario; an actor that no hop names would only widen the picture.
  const names = [...Object.keys(staged?.actors ?? {}), ...asked].filter((name) => asked.has(name))
  // Names of actors may be words of Mermaid's, such as `end`.
  const ids = new Map([...new Set(names)].map((name, index) => [name, `p${index}`]))
  const participants = [...ids].map(([name, id]) => {
    const kind = staged?.actors[name]?.kind
    return `  ${kind === 'user' ? 'actor' : 'participant'} ${id} as ${escapeText(kind && kind !== name ? `${name} (${kind})` : name)}`
  })
  const all = [...ids.values()]
  const across = all.length > 1 ? `${all[0]},${all.at(-1)}` : all[0]
  const inside = Map.groupBy(hops, ({ id }) => outer.get(id))
  const draw = (hop: HopResult): string[] => {
    const [there, back] = arrows(one, hop, ids)
    return [there, ...(inside.get(hop.id) ?? []).flatMap(draw), ...back]
  }
  const lines = one.steps.flatMap((step) => {
    const own = hops.filter((hop) => hop.step === step.id && !outer.has(hop.id))
    if (own.length === 0) return []
    const verdict = step.verdict === 'passed' ? '' : `: ${step.verdict}`
    return [
      `  Note over ${across}: ${escapeText(`${step.id} (${step.uses})${verdict}`)}`,
      ...own.flatMap(draw),
    ]
  })
  const left = one.hops.length - hops.length
  const rest = left > 0 ? [`  Note over ${across}: and ${left} more hops`] : []
  return ['sequenceDiagram', ...participants, ...lines, ...rest]
}

/** Hop to the hop during whose answering it was made, where that is drawn too. */
function outerOf(hops: HopResult[], trace: HalfHop[]): Map<string, string> {
  const drawn = new Set(hops.map(({ id }) => id))
  return new Map(
    trace.flatMap(({ id, within }) =>
      within !== undefined && drawn.has(id) && drawn.has(within) ? [[id, within]] : [],
    ),
  )
}

/** The arrow there; the arrow back, and what a rule says about both. */
function arrows(one: CaseResult, hop: HopResult, ids: Map<string, string>): [string, string[]] {
  const [from, to] = [ids.get(hop.from ?? external), ids.get(hop.to ?? external)]
  const path = URL.canParse(hop.url) ? new URL(hop.url).pathname : hop.url
  const faults = hop.faults.length > 0 ? ` [${hop.faults.join(', ')}]` : ''
  const broken = one.rules
    .filter(({ findings }) => findings.some(({ hop: id, verdict }) => id === hop.id && verdict === 'broken'))
    .map(({ id }) => `${id} broken`)
  const arrow = hop.status === undefined ? '--x' : '-->>'
  return [
    `  ${from}->>${to}: ${escapeText(`${hop.method} ${path}${faults}`)}`,
    [
      `  ${to}${arrow}${from}: ${escapeText(String(hop.status ?? hop.error ?? 'no answer'))}`,
      ...(broken.length > 0 ? [`  Note over ${from},${to}: ${escapeText(broken.join(', '))}`] : []),
    ],
  ]
}

/**
 * Mermaid ends a statement at `;`, begins an entity at `#` and a comment at `%%`, closes a block at the word
 * `end`; it reads `#<decimal>;` as a character.
 */
function escapeText(text: string): string {
  const short = text.length > maxText ? `${text.slice(0, maxText - 1).toWellFormed()}…` : text
  return short
    .replace(/\p{Cc}/gu, ' ')
    .replace(/[;#"%<>`{}\\]|\be(?=nd\b)/giu, (found) => `#${found.codePointAt(0)};`)
}
