/** A trace read a case at a time, as all of it may be more than the memory. */
import { closeSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { linesOfTrace } from './files.ts'
import type { HalfHop } from './trace.ts'

export type HalvesOf = (id: string) => HalfHop[]

/** @returns the halves of a case, read when they are asked for; and all halves, without what went over the wire */
export async function traceByCase(folder: string): Promise<{ halvesOf: HalvesOf; outline: HalfHop[] }> {
  const lines = new Map<string, { start: number; length: number }[]>()
  const outline: HalfHop[] = []
  for await (const { half, start, length } of linesOfTrace(folder)) {
    const own = lines.get(half.case)
    if (own) own.push({ start, length })
    else lines.set(half.case, [{ start, length }])
    outline.push(withoutMessages(half))
  }
  const path = join(folder, 'trace.jsonl')
  const halvesOf: HalvesOf = (id) => {
    const file = openSync(path, 'r')
    try {
      return (lines.get(id) ?? []).map(({ start, length }) => {
        const bytes = Buffer.alloc(length)
        readSync(file, bytes, 0, length, start)
        return JSON.parse(bytes.toString()) as HalfHop
      })
    } finally {
      closeSync(file)
    }
  }
  return { halvesOf, outline }
}

export function withoutMessages(half: HalfHop): HalfHop {
  const { request, response, decoded, ...rest } = half
  return rest
}
