/** Some of many, chosen by a seed: the same for the same seed. */
import { createHash } from 'node:crypto'

export function chosen(all: string[], count: number, seed: string): string[] {
  const place = (one: string) => createHash('sha256').update(`${seed} ${one}`).digest('hex')
  return [...all].sort((a, b) => (place(a) < place(b) ? -1 : 1)).slice(0, count)
}
