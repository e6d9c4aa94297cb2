/** Reading and checking answers, and saying what an action found out. */
import { isObject, type Json, type JsonObject } from '../../wire/json.ts'
import { parseJson } from '../../wire/parse.ts'
import type { CallResponse } from '../call.ts'
import { type Check, Refusal, runChecks } from '../checks.ts'
import type { Runtime } from '../runtime.ts'

/** The JSON object in an answer, empty when there is none. */
export function bodyOf({ text }: CallResponse): JsonObject {
  const body = parseJson(text)
  return isObject(body) ? body : {}
}

/** Without the members that have no value: JSON has no undefined. */
export function present(values: Record<string, Json | undefined>): JsonObject {
  const pairs = Object.entries(values).filter((pair): pair is [string, Json] => pair[1] !== undefined)
  return Object.fromEntries(pairs)
}

/** Runs checks on an answer; a refusal knows its hop, so that the step of a stopped client still has an answer. */
export async function checkAnswer<S>(
  { faults }: Runtime,
  { id }: CallResponse,
  checks: readonly Check<S>[],
  subject: S,
): Promise<void> {
  try {
    await runChecks(checks, subject, faults)
  } catch (error) {
    if (error instanceof Refusal) error.hop = id
    throw error
  }
}
