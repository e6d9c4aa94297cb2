/** What a word of the testbed means, in words: a rule, an error code, a fault, a check, an action, a kind, an exit code. */
import type { Paint } from './paint.ts'

export interface Knowledge {
  rules: {
    id: string
    page: string
    section: string
    strength: string
    actor: string
    text: string
    since: string[]
    changed?: string
    check: string
  }[]
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

function rowsFor(knowledge: Knowledge, paint: Paint) {
  const head = (name: string, what: string) => `${paint('bold', name)}  ${paint('dim', what)}`
  const row = (label: string, text: string) => `  ${paint('dim', label.padEnd(8))} ${text}`
  const rulesOf = (label: string, ids: string[]) =>
    ids.map((id, index) => {
      const rule = knowledge.rules.find((one) => one.id === id)
      return row(index === 0 ? label : '', rule ? `${id} ${rule.strength}  ${rule.text}` : id)
    })
  const provokedBy = (id: string) =>
    knowledge.faults.filter(({ breaks }) => breaks.includes(id)).map(({ name }) => name)
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
    rule: ({
      id,
      strength,
      actor,
      text,
      page,
      section,
      since,
      changed,
      check,
    }: Knowledge['rules'][number]) => [
      head(id, `rule of the guide: ${strength}, ${actor}`),
      `  ${text}`,
      row('section', `${page} ${section}`),
      row('versions', since.join(', ')),
      ...(changed === undefined ? [] : [row('changed', changed)]),
      row(
        'judged',
        knowledge.judged.includes(id) ? 'at every hop that gives it occasion' : (unjudged[check] ?? check),
      ),
      ...list('faults', provokedBy(id)),
      ...list('checks', enforcedBy(id)),
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
    fault: ({ name, kinds, title, touches, breaks }: Knowledge['faults'][number]) => [
      head(name, `fault of ${kinds.join(', ')}`),
      `  ${title}`,
      ...list('changes', touches),
      ...rulesOf('rules', breaks),
    ],
    check: ({ name, kinds, refs }: Knowledge['checks'][number]) => [
      head(name, `check of ${kinds.join(', ')}`),
      `  The fault skip/${name} switches it off.`,
      ...rulesOf('rules', refs),
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

const unjudged: Record<string, string> = {
  wire: 'by expectations only: no code judges it yet',
  fault: 'by expectations only: it shows when somebody misbehaves',
  policy: 'never: it is not seen on the wire',
}
