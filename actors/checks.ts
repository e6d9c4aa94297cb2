/** An endpoint, or a client's action, is an ordered list of small named checks. */
import type { RuleId } from '../spec/types.ts'
import type { HopId } from '../wire/hop.ts'
import type { CheckName } from './actor.ts'
import type { Faults } from './faults.ts'

/** One check: it writes its result into the subject before it refuses, so that skipping it means something. */
export interface Check<Subject> {
  name: string
  /** Rules that it enforces. */
  refs: RuleId[]
  /** Rules that its own actor breaks when it is skipped and what it refuses comes: `prove` holds it to each. */
  breaks?: RuleId[]
  run(subject: Subject): void | Promise<void>
}

/** What a server answers when a check refuses. */
export interface RefusalAnswer {
  status: number
  /** Error code of the protocol, for example `invalid_client`. */
  error: string
  headers?: Record<string, string>
}

/** Thrown by a check. A client has no answer to give: it stops. */
export class Refusal extends Error {
  readonly answer: RefusalAnswer | undefined
  /** The check that refused and its rules; filled in by runChecks. */
  check = ''
  refs: RuleId[] = []
  /** The hop that was refused; a client sets it, so that a stopped action still has its answer. */
  hop: HopId | undefined

  /** @param message public words: they go over the wire as `error_description`. */
  constructor(message: string, answer?: RefusalAnswer) {
    super(message)
    this.name = 'Refusal'
    this.answer = answer
  }
}

/**
 * Runs the checks in order; the first refusal ends it. The refusal of a check whose `skip/<name>` is armed is
 * swallowed, and noted as fired.
 * @throws Refusal with the name and rules of the check
 */
export async function runChecks<S>(checks: readonly Check<S>[], subject: S, faults: Faults): Promise<void> {
  for (const check of checks) {
    try {
      await check.run(subject)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      const skip = `skip/${check.name}`
      if (faults.armed(skip)) {
        faults.fire(skip)
        continue
      }
      if (error.check === '') {
        error.check = check.name
        error.refs = check.refs
      }
      throw error
    }
  }
}

/** The names and rules of several check lists, for Actor.checks. */
export function checkNames(...lists: readonly Check<never>[][]): CheckName[] {
  return lists.flat().map(({ name, refs, breaks = [] }) => ({ name, refs, breaks }))
}
