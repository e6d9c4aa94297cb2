/** What the benchmarks share: medians, a table on the terminal, a file with the figures. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'

export const machine = { cpu: cpus()[0]?.model ?? '', cores: availableParallelism(), node: process.version }
export const machineInWords = `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}`

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

export const round2 = (value: number): number => Math.round(value * 100) / 100

/** The first column to the left, figures to the right. */
export function printTable(head: string[], rows: string[][]): void {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]!.length)))
  for (const row of [head, ...rows]) {
    console.log(
      row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))).join('  '),
    )
  }
}

/** The same in Markdown. */
export function markdownTable(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  return [head, head.map((_, at) => (at === 0 ? '---' : '---:')), ...rows].map(line).join('\n')
}

/** Writes out/bench/<name>.json. */
export function keep(name: string, figures: object): void {
  const folder = new URL('../out/bench/', import.meta.url)
  mkdirSync(folder, { recursive: true })
  const text = JSON.stringify({ benchmark: name, at: new Date().toISOString(), machine, ...figures }, null, 2)
  writeFileSync(new URL(`${name}.json`, folder), `${text}\n`)
}
