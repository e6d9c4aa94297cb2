/** What a word of the testbed means, in words: a rule, an error code, a fault, a check, an action, a kind, an exit code. */
import type { Paint } from './paint.ts'

export interface Knowledge {
  rules: {
    id: string
    page: string
    section: string
    strength: string
    /** In each version in which it holds. */
    strengthIn: Record<string, string>
    actor: string
    text: string
    parameters?: string[]
    changed?: string
    check: string
    limit?: true
    unbreakable?: string
    unjudged?: string
    fact?: string
  }[]
  /** Of each version of the guide: the numbers that sections have there, where it is another one. */
  sections: Record<string, Record<string, string>>
  /** Ids of the rules that a hop is judged by. */
  judged: string[]
  errors: {
    code: string
    at: string
    status?: number[]
    when: string
    custom?: string
    source: string
    refs: string[]
  }[]
  /** Each once, with all kinds that have it. */
  faults: {
    name: string
    kinds: string[]
    title: string
    touches: string[]
    breaks: string[]
    tests: string[]
  }[]
  checks: { name: string; kinds: string[]; refs: string[]; breaks: string[] }[]
  actions: {
    name: string
    kind: string
    title?: string
    inputs: Record<string, string>
    answer?: string
    outputs: Record<string, string>
  }[]
  kinds: { name: string; title: string }[]
  profiles: { name: string; title: string }[]
  exits: { code: string; meaning: string }[]
}

/** All words that can be explained, by what they are. */
export function wordsOf(knowledge: Knowledge): Record<string, string[]> {
  const { rules, errors, faults, checks, actions, kinds, profiles, exits } = knowledge
  const names = (all: { name: string }[]) => [...new Set(all.map(({ name }) => name))]
  return {
    rules: rules.map(({ id }) => id),
    'error codes': [...new Set(errors.map(({ code }) => code))],
    kinds: names(kinds),
    actions: names(actions),
    faults: names(faults),
    checks: names(checks).map((name) => `skip/${name}`),
    'certificate profiles': names(profiles),
    'exit codes': exits.map(({ code }) => code),
  }
}

/** Everything that the word means, each a block of lines; none when it is unknown. */
export function explain(word: string, knowledge: Knowledge, paint: Paint): string[] {
  const rows = rowsFor(knowledge, paint)
  const check = word.replace(/^skip\//, '')
  const { rules, errors, faults, checks, actions, kinds, profiles, exits } = knowledge
  const blocks = [
    ...rules.filter(({ id }) => id === word).map(rows.rule),
    ...errors.filter(({ code }) => code === word).map(rows.error),
    ...kinds.filter(({ name }) => name === word).map(rows.kind),
    ...actions.filter(({ name }) => name === word).map(rows.action),
    ...faults.filter(({ name }) => name === word).map(rows.fault),
    ...checks.filter(({ name }) => name === check).map(rows.check),
    ...profiles.filter(({ name }) => name === word).map(rows.profile),
    ...exits.filter(({ code }) => code === word).map(rows.exit),
  ]
  return blocks.flatMap((block, index) => (index > 0 ? ['', ...block] : block))
}

/** Every word but the rules, which are too many. */
export function overview(knowledge: Knowledge, paint: Paint): string[] {
  const { rules, ...rest } = wordsOf(knowledge)
  const groups = Object.entries(rest).filter(([, words]) => words.length > 0)
  return [
    `${paint('bold', 'rules')}  ${rules!.length}, from ${rules![0]} on: spec/requirements.yaml`,
    ...groups.flatMap(([name, words]) => ['', paint('bold', name), ...words.map((one) => `  ${one}`)]),
  ]
}

/** What the guide leaves to each trust community is a page of its own in the catalogue. */
const whose = ({ page }: Rule): string => (page === 'community' ? 'trust communities' : 'the guide')

function rowsFor(knowledge: Knowledge, paint: Paint) {
  const head = (name: string, what: string) => `${paint('bold', name)}  ${paint('dim', what)}`
  const row = (label: string, text: string) => `  ${paint('dim', label.padEnd(9))} ${text}`
  const rulesOf = (label: string, ids: string[]) =>
    ids.map((id, index) => {
      const rule = knowledge.rules.find((one) => one.id === id)
      return row(index === 0 ? label : '', rule ? `${id} ${rule.strength}  ${rule.text}` : id)
    })
  const breakersOf = (id: string) => [
    ...knowledge.faults.filter(({ breaks }) => breaks.includes(id)).map(({ name }) => name),
    ...knowledge.checks.filter(({ breaks }) => breaks.includes(id)).map(({ name }) => `skip/${name}`),
  ]
  const testersOf = (id: string) =>
    knowledge.faults.filter(({ tests }) => tests.includes(id)).map(({ name }) => name)
  const enforcedBy = (id: string) =>
    knowledge.checks
      .filter(({ refs }) => refs.includes(id))
      .map(({ name, kinds }) => `${name} (${kinds.join(', ')})`)
  const list = (label: string, words: string[]) =>
    words.length > 0 ? [row(label, [...new Set(words)].join(', '))] : []
  const pairs = (label: string, words: Record<string, string>) =>
    Object.entries(words).map(([name, text], index) =>
      row(index === 0 ? label : '', text === '' ? name : `${name}: ${text}`),
    )
  return {
    rule: (rule: Rule) => [
      head(rule.id, `rule of ${whose(rule)}: ${rule.strength}, ${rule.actor}`),
      `  ${rule.text}`,
      row('section', `${rule.page} ${rule.section}${elsewhere(rule, knowledge)}`),
      row('versions', strengths(rule)),
      ...list('depends', rule.parameters ?? []),
      ...(rule.changed === undefined ? [] : [row('changed', rule.changed)]),
      row('judged', judging(rule, knowledge.judged.includes(rule.id))),
      ...(rule.unbreakable === undefined ? [] : [row('broken', `never: ${rule.unbreakable}`)]),
      ...list('broken by', breakersOf(rule.id)),
      ...list('tested by', testersOf(rule.id)),
      ...list('checks', enforcedBy(rule.id)),
    ],
    error: ({ code, at, status, when, custom, source, refs }: Knowledge['errors'][number]) => [
      head(code, `error of ${endpoints[at] ?? at}${status ? `: HTTP ${status.join(' or ')}` : ''}`),
      `  ${when}`,
      ...(custom === undefined ? [] : [row('also', `by custom: ${custom}`)]),
      row('source', source),
      ...rulesOf('rules', refs),
    ],
    kind: ({ name, title }: Knowledge['kinds'][number]) => [
      head(name, 'kind of actor'),
      `  ${title}`,
      ...list(
        'actions',
        knowledge.actions.filter(({ kind }) => kind === name).map((one) => one.name),
      ),
      ...pairs('faults', byArtifact(knowledge.faults.filter(({ kinds }) => kinds.includes(name)))),
      ...list(
        'checks',
        knowledge.checks.filter(({ kinds }) => kinds.includes(name)).map((one) => one.name),
      ),
    ],
    action: ({ name, kind, title, inputs, answer, outputs }: Knowledge['actions'][number]) => [
      head(name, `action of ${kind}`),
      ...(title === undefined ? [] : [`  ${title}`]),
      ...pairs('with', inputs),
      ...(answer === undefined ? [] : [row('answer', answer)]),
      ...pairs('outputs', outputs),
    ],
    fault: ({ name, kinds, title, touches, breaks, tests }: Knowledge['faults'][number]) => [
      head(name, `fault of ${kinds.join(', ')}`),
      `  ${title}`,
      ...list('changes', touches),
      ...rulesOf('breaks', breaks),
      ...rulesOf('tests', tests),
    ],
    check: ({ name, kinds, refs, breaks }: Knowledge['checks'][number]) => [
      head(name, `check of ${kinds.join(', ')}`),
      `  The fault skip/${name} switches it off.`,
      ...rulesOf('enforces', refs),
      ...list('breaks', breaks),
    ],
    profile: ({ name, title }: Knowledge['profiles'][number]) => [
      head(name, 'certificate profile'),
      `  ${title}`,
    ],
    exit: ({ code, meaning }: Knowledge['exits'][number]) => [head(code, 'exit code'), `  ${meaning}`],
  }
}

/** `software-statement` to `expired, no-exp, …`. */
function byArtifact(faults: Knowledge['faults']): Record<string, string> {
  const groups = Map.groupBy(faults, ({ name }) => name.split('/')[0]!)
  const words = ([artifact, some]: [string, Knowledge['faults']]) =>
    [artifact, some.map(({ name }) => name.slice(artifact.length + 1)).join(', ')] as const
  return Object.fromEntries([...groups].map(words))
}

const endpoints: Record<string, string> = {
  registration: 'the registration endpoint',
  token: 'the token endpoint',
  authorization: 'the authorization endpoint, in the redirect',
  resource: 'the resource server',
  revocation: 'the revocation endpoint',
}

type Rule = Knowledge['rules'][number]

/** `1.0.0, 1.1.0 MAY; 2.0.0 SHALL` */
/** `, 1.2.3 in 1.0.0 and 1.1.0` */
function elsewhere({ section, strengthIn }: Rule, { sections }: Knowledge): string {
  const [number = ''] = /^[\d.]+/.exec(section) ?? []
  const others = Object.keys(strengthIn).flatMap((version) => {
    const moved = Object.entries(sections[version] ?? {}).find(([now]) => `${number}.`.startsWith(`${now}.`))
    return moved ? [[moved[1] + number.slice(moved[0].length), version] as const] : []
  })
  return [...Map.groupBy(others, ([before]) => before)]
    .map(([before, all]) => `, ${before} in ${all.map(([, version]) => version).join(' and ')}`)
    .join('')
}

function strengths({ strengthIn }: Rule): string {
  const groups = Map.groupBy(Object.keys(strengthIn), (version) => strengthIn[version]!)
  if (groups.size === 1) return Object.keys(strengthIn).join(', ')
  return [...groups].map(([strength, versions]) => `${versions.join(', ')} ${strength}`).join('; ')
}

function judging({ check, fact, unjudged }: Rule, isJudged: boolean): string {
  if (isJudged) return fact === undefined ? when[check]! : `where the scenario says ${fact}`
  if (unjudged !== undefined) return `never: ${unjudged}`
  return check === 'policy' ? 'never: it is agreed outside the wire' : 'by expectations only'
}

const when: Record<string, string> = {
  wire: 'wherever something gives it occasion',
  fault: 'where somebody misbehaves, by what the other one does then',
  policy: 'wherever something gives it occasion',
}
