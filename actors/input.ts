/** The inputs of an action: what its scenario says, and what only the run could fill in. */
import { Value } from 'typebox/value'
import type { ActionSpec } from './actor.ts'
import { Refusal } from './checks.ts'
import type { Act } from './runtime.ts'

/** An input may come from a `${{ }}` that only the run could fill in. */
export function checked(name: string, spec: ActionSpec, act: Act): Act {
  return async (input) => {
    const [error] = Value.Errors(spec.with, input)
    if (!error) return act(input)
    const where = error.instancePath === '' ? '' : `"${error.instancePath.slice(1).replaceAll('/', '.')}" `
    const what = error.keyword === 'boolean' ? 'is not known' : error.message
    throw missing(`The input of ${name} does not fit: ${where}${what}.`)
  }
}

/** An action that lacks something stops before anything is sent. */
export function missing(message: string): Refusal {
  const refusal = new Refusal(message)
  refusal.check = 'missing-input'
  return refusal
}
