/** Pieces of which the schemas of recorded files are made. */
import { type Static, type TSchema, Type } from 'typebox'
import type { Json, JsonObject } from './json.ts'

export const closed = { additionalProperties: false }

export const AnyJson = Type.Unsafe<Json>({})

export const anyObject = (description?: string) =>
  Type.Unsafe<JsonObject>({ type: 'object', ...(description && { description }) })

/** Any key, even one with a line feed, which a Type.Record leaves unchecked: its `.` does not match that. */
export const mapOf = <S extends TSchema>(values: S, description?: string) =>
  Type.Unsafe<Record<string, Static<S>>>({
    type: 'object',
    additionalProperties: values,
    ...(description && { description }),
  })

/** What Date's toISOString() writes, in bounds, so that every text that fits is a time. */
export const RealTime = Type.String({
  pattern:
    '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,9})?Z$',
  description: 'Real time, ISO 8601 in UTC, for example 2026-01-31T12:00:00.000Z.',
})

/** In bounds, so that a time plus an offset is a time (ECMA-262 21.4.1.1). */
export const clockOffset = (description: string) =>
  Type.Number({ minimum: -8e15, maximum: 8e15, description })

export const Milliseconds = Type.Number({ description: 'Milliseconds.' })
