/** Every rule on every message of a case, under the version that the judged actor follows. */
import type { Requirement, RuleId, Spec } from '../../spec/types.ts'
import type { PlanCase, PlanCertificate } from '../plan/plan.ts'
import type { RuleFinding, RuleResult } from '../result.ts'
import type { StageCase } from '../trace/trace.ts'
import { type History, historyOf } from './history.ts'
import type { Hop } from './hops.ts'
import type { Message } from './message.ts'
import type { Finding, Rule } from './rule.ts'
import { isNamed } from './trust.ts'

export interface Ruled {
  /** Of each rule that a message of the case gave occasion. */
  results: RuleResult[]
  /** Hop id to the rules that looked at it. */
  byHop: Map<string, RuleId[]>
}

interface Looked {
  hop: string
  verdict: RuleResult['verdict']
  finding?: RuleFinding
}

export function judgeRules(rules: Rule[], hops: Hop[], plan: PlanCase, stage: StageCase, spec: Spec): Ruled {
  const history = historyOf(hops, plan, stage)
  const byKind = Map.groupBy(history.messages, ({ kind }) => kind)
  const rows = new Map(spec.requirements.map((row) => [row.id, row]))
  const faulty = faultySince(hops, plan, stage)
  const byHop = new Map<string, RuleId[]>()
  const results = rules.flatMap((rule) => {
    const row = rows.get(rule.id)
    if (!row) throw new Error(`Rule ${rule.id} is not in the catalogue, spec/requirements.yaml.`)
    const looked = rule.on
      .flatMap((kind) => byKind.get(kind) ?? [])
      .flatMap((message) => judgeMessage(rule, row, message, history, spec, faulty) ?? [])
    for (const { hop } of looked) {
      const ids = byHop.get(hop) ?? []
      if (!ids.includes(rule.id)) byHop.set(hop, [...ids, rule.id])
    }
    return looked.length > 0 ? [resultOf(row, looked)] : []
  })
  return { results, byHop }
}

/** A broken SHALL fails the case, unless the scenario itself made its actor misbehave. */
export function fails({ findings }: RuleResult): boolean {
  return findings.some(({ verdict, provoked }) => verdict === 'broken' && !provoked)
}

function judgeMessage(
  rule: Rule,
  row: Requirement,
  message: Message,
  history: History,
  spec: Spec,
  faulty: (actor: string | undefined, message: Message) => boolean,
): Looked | undefined {
  const { stage } = history
  const actor = rule.judges === 'reader' ? message.reader : message.author
  const version = versionOf(actor, message, stage, spec)
  const strength = version && row.strengthIn[version.version]
  if (!strength) return undefined
  const { parameters } = version
  const view = { parameters, strength, history, stage, ...(actor !== undefined && { actor }) }
  const finding = rule.judge(message, view)
  if (!finding) return undefined
  const verdict = verdictOf(finding, row, strength)
  const at = (typeof finding === 'object' && finding.at) || message
  if (typeof finding === 'string' || (verdict !== 'broken' && verdict !== 'warned'))
    return { hop: at.hop.id, verdict }
  const { expected, seen } = finding
  const provoked = faulty(actor, at) && { provoked: true as const }
  const about = { actor: actor ?? 'external', role: row.actor, strength }
  const hop = at.hop.id
  return { hop, verdict, finding: { hop, ...about, verdict, ...provoked, expected, seen } }
}

/** Somebody from outside the case is held to what its partner follows. */
function versionOf(actor: string | undefined, { author, reader }: Message, stage: StageCase, spec: Spec) {
  const name = actor ?? author ?? reader
  const followed = name === undefined ? undefined : stage.actors[name]?.spec
  return followed === undefined ? undefined : spec.versions[followed]
}

function verdictOf(finding: Finding, { limit }: Requirement, strength: string): RuleResult['verdict'] {
  if (strength === 'MAY') {
    if (finding === 'met') return 'used'
    return finding === 'unused' || !limit ? 'unused' : 'warned'
  }
  if (finding === 'met' || finding === 'unused') return 'met'
  return strength.startsWith('SHALL') ? 'broken' : 'warned'
}

/** The first hop at which a fault of each actor had fired, or its policy let something pass; what it does from then
 * on, the scenario asked for. */
function faultySince(hops: Hop[], plan: PlanCase, stage: StageCase) {
  const first = new Map<string, number>()
  const note = (actor: string | undefined, index: number) => {
    if (actor !== undefined) first.set(actor, Math.min(first.get(actor) ?? index, index))
  }
  const places = new Map(hops.map(({ id }, index) => [id, index]))
  for (const [index, { client, server }] of hops.entries()) {
    // What fires while a request is handled may show on a call that is made for it.
    for (const half of [client, server])
      if (half?.faults?.length) note(half.actor, places.get(half.within ?? '') ?? index)
  }
  // What is made outside a hop, as an authorization request, shows in the record of its step only.
  for (const step of stage.steps) {
    const begin = hops.findIndex((hop) => hop.step === step.id)
    const next = begin >= 0 ? begin : hops.findIndex(({ step: id }) => isLater(id, step.id, stage))
    if (step.loosened && next >= 0) note(plan.steps.find(({ id }) => id === step.id)?.actor, next)
    for (const { actor, fired } of step.faults)
      if (fired > 0 && next >= 0 && !first.has(actor)) note(actor, next)
  }
  // To sign with a certificate of another name, the scenario gave it one.
  for (const { actor, chain } of stage.issued)
    if (!isNamed(chain, stage.actors[actor]?.url ?? '')) note(actor, 0)
  for (const actor of againstCommunity(plan)) note(actor, 0)
  for (const { actor, fired } of stage.faults) if (fired > 0 && !first.has(actor)) note(actor, 0)
  return (actor: string | undefined, message: Message) => {
    const since = actor === undefined ? undefined : first.get(actor)
    return since !== undefined && hops.indexOf(message.hop) >= since
  }
}

/** Whom the scenario gave a certificate that the community would not have. */
function againstCommunity({ actors, communities = {} }: PlanCase): string[] {
  const definitionOf = (from: string) => {
    const uri = actors.find(({ name }) => name === from)?.with.community
    return typeof uri === 'string' ? communities[uri] : undefined
  }
  const isAgainst = ({ from, profile, key, purpose }: PlanCertificate) => {
    const { certificates, purposeOfUse } = definitionOf(from) ?? {}
    const ofNobody = purpose !== undefined && !purposeOfUse?.codes.some(({ code }) => code === purpose)
    const otherKey = certificates?.keys?.every((one) => one !== key) === true
    return ofNobody || otherKey || (certificates !== undefined && !['leaf', 'certifier'].includes(profile))
  }
  return actors.filter(({ certificates }) => certificates.some(isAgainst)).map(({ name }) => name)
}

function isLater(id: string, than: string, { steps }: StageCase): boolean {
  const place = (step: string) => steps.findIndex((one) => one.id === step)
  return place(id) > place(than)
}

function resultOf({ id }: Requirement, looked: Looked[]): RuleResult {
  const count = (...verdicts: RuleResult['verdict'][]) =>
    looked.filter(({ verdict }) => verdicts.includes(verdict)).length
  return {
    id,
    verdict: worst(looked),
    met: count('met', 'used'),
    unused: count('unused'),
    findings: looked.flatMap(({ finding }) => finding ?? []),
  }
}

function worst(looked: Looked[]): RuleResult['verdict'] {
  const verdicts = new Set(looked.map(({ verdict }) => verdict))
  return (['broken', 'warned', 'met', 'used'] as const).find((one) => verdicts.has(one)) ?? 'unused'
}
