/** Every rule on every hop of a case, under the version that the judged actor follows. */
import type { Requirement, Spec } from '../../spec/types.ts'
import type { RuleFinding, RuleResult } from '../result.ts'
import type { StageCase } from '../trace/trace.ts'
import { type End, type Hop, halfOf } from './hops.ts'
import type { Rule } from './rule.ts'

/** One result a rule, `untouched` when no hop of the case gave it occasion. */
export function judgeRules(rules: Rule[], hops: Hop[], stage: StageCase, spec: Spec): RuleResult[] {
  return rules.map((rule) => {
    const requirement = spec.requirements.find(({ id }) => id === rule.id)
    if (!requirement) throw new Error(`Rule ${rule.id} is not in the catalogue, spec/requirements.yaml.`)
    const findings = hops.flatMap((hop) => judgeHop(rule, requirement, hop, stage, spec) ?? [])
    const { id, strength, text } = requirement
    return { id, strength, text, verdict: worst(findings), findings }
  })
}

/** A broken SHALL fails the case, unless the scenario itself made its sender send it. */
export function fails({ findings }: RuleResult): boolean {
  return findings.some(({ verdict, provoked }) => verdict === 'broken' && !provoked)
}

function judgeHop(
  rule: Rule,
  { actor: role, since, strength }: Requirement,
  hop: Hop,
  stage: StageCase,
  spec: Spec,
): RuleFinding | undefined {
  if (!rule.on.includes(hop.class)) return undefined
  const end = endOf(hop, role)
  const followed = end && versionOf(hop, end, stage)
  const version = followed === undefined ? undefined : spec.versions[followed]
  if (!end || !version || !since.includes(version.version)) return undefined
  const finding = rule.judge(hop, { parameters: version.parameters, end })
  if (!finding) return undefined
  const about = { hop: hop.id, actor: hop[end] ?? 'external', role }
  if (finding === 'met') return { ...about, verdict: 'met' }
  const verdict = strength.startsWith('SHALL') ? 'broken' : 'warned'
  return { ...about, verdict, ...(isProvoked(hop, end) && { provoked: true as const }), ...finding }
}

/** What an identity provider is at its own endpoints besides (guide, Tiered OAuth 6.2: sections 2 and 3 hold there too). */
const alsoOfProviders = ['authorization-server', 'resource-holder']

function endOf({ roles }: Hop, role: string): End | undefined {
  if (roles.to === role) return 'to'
  if (roles.to === 'identity-provider' && alsoOfProviders.includes(role)) return 'to'
  return roles.from === role ? 'from' : undefined
}

/** Somebody from outside the case is held to what its partner follows. */
function versionOf(hop: Hop, end: End, { actors }: StageCase): string | undefined {
  const name = hop[end] ?? hop[end === 'from' ? 'to' : 'from']
  return name === undefined ? undefined : actors[name]?.spec
}

/** A fault of its own artifact excuses the sender; a check that was skipped excuses nobody. */
function isProvoked(hop: Hop, end: End): boolean {
  return halfOf(hop, end)?.faults?.some(({ fault }) => !fault.startsWith('skip/')) ?? false
}

function worst(findings: RuleFinding[]): RuleResult['verdict'] {
  const verdicts = new Set(findings.map(({ verdict }) => verdict))
  return (['broken', 'warned', 'met'] as const).find((verdict) => verdicts.has(verdict)) ?? 'untouched'
}
