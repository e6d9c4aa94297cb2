/** The proofs as a table for people, and the score as its last line. */
import { type Paint, plural } from '../report/paint.ts'
import { groupsOf, type Proof } from './proofs.ts'
import type { Proven } from './prove.ts'

const few = 3

/** One line a rule. */
export function proofTable({ proofs }: Proven, paint: Paint): string[] {
  return proofs.map((proof) => {
    const { rule, faults, missing } = proof
    const state = missing.length > 0 ? paint('red', 'not proven') : paint('green', stateOf(proof).padEnd(10))
    const names = faults.map(({ name }) => name)
    const rest = names.length > few ? ` and ${names.length - few} more` : ''
    return `${rule.id.padEnd(9)} ${paint('dim', rule.strength.padEnd(10))} ${state} ${names.slice(0, few).join(', ')}${rest}`
  })
}

function stateOf({ breakable, rule }: Proof): string {
  if (breakable) return 'proven'
  return rule.strength === 'MAY' ? 'used' : 'met'
}

/** What is not as it should be. */
export function shortcomings({ proofs, unjudged, failed, alarms }: Proven): string[] {
  return [
    ...failed.map(
      ({ file, name, reason, verdict }) => `${file}: ${name}: ${verdict}${reason ? `: ${reason}` : ''}`,
    ),
    ...unjudged.map((id) => `${id}: no rule judges it, and the catalogue does not say why`),
    ...proofs.flatMap(({ rule, missing }) => missing.map((what) => `${rule.id}: ${what}`)),
    ...alarms.map(
      ({ rule, version, seed, case: name, said }) =>
        `false alarm: ${rule} in ${name} (${version}, ${seed}): ${said}`,
    ),
  ]
}

/** Rules that the same faults break. */
export function groupLines({ proofs }: Proven): string[] {
  return groupsOf(proofs).map((ids) => ids.join(' = '))
}

/** `rules: 294 of 294 judged, 256 of 256 breakable proven by 231 faults, 0 false alarms` */
export function score({ proofs, unjudged, judgeable, alarms }: Proven): string {
  const breakable = proofs.filter((proof) => proof.breakable)
  const proven = breakable.filter(({ missing }) => missing.length === 0)
  const faults = new Set(
    proofs.flatMap((proof) => proof.faults.filter((one) => one.case).map(({ name }) => name)),
  )
  return [
    `rules: ${judgeable - unjudged.length} of ${judgeable} judged`,
    `${proven.length} of ${breakable.length} breakable proven by ${plural(faults.size, 'fault')}`,
    plural(alarms.length, 'false alarm'),
  ].join(', ')
}
