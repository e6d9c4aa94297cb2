/** An action of a client that takes no orders, as its partners see it: shared words of ActionSpec.awaited. */
import type { Json } from '../../wire/json.ts'

/** Outputs that stand in the answer: its status, and members of its body under their own names. */
export function answered(...members: string[]): Record<string, string> {
  return {
    status: 'response.status',
    ...Object.fromEntries(members.map((name) => [name, `response.body.${name}`])),
  }
}

/** As a part of a regular expression. */
export const escaped = (value: Json | undefined): string =>
  String(value).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
