/** The result sheet, as those collect it who lead a track: who, with whom, which step, what came of it. */
import type { CaseResult, Result, StepResult } from '../result.ts'
import type { Stage, StageCase } from '../trace/trace.ts'
import { csvText } from './csv.ts'
import { escapeInline } from './markdown.ts'
import { plural } from './paint.ts'
import { problemsOf } from './problems.ts'

const SIMULATED = 'simulated'

interface System {
  name: string
  /** Its URL, or that it is none of the real ones. */
  where: string
}

/** One step of one actor. */
export interface SheetRow {
  /** When its case began; empty of a case of which nothing ran. */
  date: string
  /** Version that whoever acts follows. */
  guide: string
  track: string
  /** Undefined of a case of which nothing ran. */
  who: System | undefined
  /** Undefined where it asked nobody. */
  withWhom: System | undefined
  step: string
  verdict: StepResult['verdict']
  note: string
  scenario: string
}

/** A row a step; what the testbed does itself has no pair, and no row. */
export function sheetOf({ cases }: Result, stage: Stage): SheetRow[] {
  const stages = new Map(stage.cases.map((one) => [one.case, one]))
  return cases.flatMap((one) => {
    const rows = one.steps.flatMap((step) => rowOf(one, step, stages.get(one.id)))
    return rows.length > 0 ? rows : [unstarted(one)]
  })
}

const unstarted = (one: CaseResult): SheetRow => ({
  date: '',
  guide: '',
  track: one.name,
  who: undefined,
  withWhom: undefined,
  step: 'all',
  verdict: one.verdict,
  note: one.reason ?? '',
  scenario: placeOf(one),
})

const placeOf = ({ file, line }: CaseResult) => `${file}:${line}`

function rowOf(one: CaseResult, step: StepResult, stage: StageCase | undefined): SheetRow[] {
  if (step.actor === undefined) return []
  const other = counterpart(one, step, stage)
  const broken = problemsOf(one).filter(({ at }) => at.file === step.at.file && at.line === step.at.line)
  const failed = step.verdict === 'passed' && broken.length > 0
  return [
    {
      date: stage?.startedAt.slice(0, 10) ?? '',
      guide: stage?.actors[step.actor]?.spec ?? '',
      track: one.name,
      who: systemOf(step.actor, stage),
      withWhom: other === undefined ? undefined : systemOf(other, stage),
      step: step.name,
      verdict: failed ? 'failed' : step.verdict,
      note: noteOf(one, step),
      scenario: placeOf(one),
    },
  ]
}

/** Whom it asked first, authorities aside; else whom the step names. */
function counterpart(one: CaseResult, step: StepResult, stage: StageCase | undefined): string | undefined {
  const kindOf = (name = '') => stage?.actors[name]?.kind
  const asked = one.hops.find(
    ({ step: id, from, to }) =>
      id === step.id && from === step.actor && to !== undefined && kindOf(to) !== 'certificate-authority',
  )
  const { server } = stage?.steps.find(({ id }) => id === step.id)?.input ?? {}
  return asked?.to ?? (typeof server === 'string' && kindOf(server) !== undefined ? server : undefined)
}

function systemOf(name: string, stage: StageCase | undefined): System {
  const actor = stage?.actors[name]
  const { title = name, place = '', url = '' } = actor ?? {}
  if (place === 'await') return { name: title, where: url === '' ? 'real' : url }
  return { name: title, where: URL.canParse(place) ? place : SIMULATED }
}

function noteOf(one: CaseResult, step: StepResult): string {
  const ofStep = ({ hop }: { hop: string }) => one.hops.find(({ id }) => id === hop)?.step === step.id
  const rules = one.rules.flatMap(({ id, findings }) =>
    findings
      .filter((finding) => !finding.provoked && ofStep(finding))
      .map(({ actor, expected, seen }) => `${id}: ${actor}: expected ${expected}, saw ${seen}`),
  )
  const expectations = step.expectations
    .filter(({ verdict }) => verdict !== 'met')
    .map(({ verdict, expected, seen }) => `${wordsOf[verdict] ?? ''}expected ${expected}, saw ${seen}`)
  const notes = [...(step.reason === undefined ? [] : [step.reason]), ...expectations, ...rules]
  const idle = step.idle.map(({ inject }) => `${inject} never fired`)
  return [...notes, ...idle].join('; ')
}

const wordsOf: Record<string, string> = { warned: 'warning: ', unjudged: 'not seen: ' }

const HEAD = [
  'date',
  'guide',
  'track',
  'who',
  'who_is',
  'with',
  'with_is',
  'step',
  'verdict',
  'note',
  'scenario',
]

export const sheetCsv = (rows: SheetRow[]): string =>
  csvText([
    HEAD,
    ...rows.map(({ date, guide, track, who, withWhom, step, verdict, note, scenario }) => [
      date,
      guide,
      track,
      who?.name ?? '',
      who?.where ?? '',
      withWhom?.name ?? '',
      withWhom?.where ?? '',
      step,
      verdict,
      note,
      scenario,
    ]),
  ])

/** One table a pair of systems. */
export function sheetMarkdown(rows: SheetRow[]): string {
  const pairs = Map.groupBy(rows, ({ who, withWhom }) => JSON.stringify([who ?? null, withWhom ?? null]))
  // What was rehearsed among ourselves comes last.
  const realFirst = [...pairs.values()].sort((one, other) => Number(hasReal(other)) - Number(hasReal(one)))
  const sections = realFirst.map((own) => {
    const { who, withWhom } = own[0]!
    const passed = own.filter(({ verdict }) => verdict === 'passed').length
    const title = [who, withWhom].flatMap((one) => (one ? inWords(one) : [])).join(' with ') || 'Not run'
    return [
      `## ${title}`,
      '',
      [...listed(own, 'date'), ...listed(own, 'guide').map((guide) => `guide ${guide}`)]
        .concat(`${passed} of ${plural(own.length, 'step')} passed.`)
        .join(' · '),
      '',
      '| track | step | verdict | note |',
      '| --- | --- | --- | --- |',
      ...own.map(
        ({ track, step, verdict, note }) =>
          `| ${[track, step, verdict, note].map(escapeInline).join(' | ')} |`,
      ),
      '',
    ]
  })
  return ['# Result sheet', '', ...sections.flat()].join('\n')
}

const listed = (rows: SheetRow[], key: 'date' | 'guide'): string[] =>
  [...new Set(rows.map((row) => row[key]))].filter((one) => one !== '')

const hasReal = ([row]: SheetRow[]) =>
  [row?.who, row?.withWhom].some((one) => one !== undefined && one.where !== SIMULATED)

const inWords = ({ name, where }: System) => `${escapeInline(name)} (${escapeInline(where)})`
