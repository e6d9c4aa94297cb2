/** The last hops, and who follows them. Bounded, whatever happens for however long. */
import type { HopLine } from './hop-lines.ts'

const MOST = 200
const MOST_FOLLOWERS = 20

export interface Recent {
  add(line: HopLine): void
  /** Oldest first. */
  lines(): HopLine[]
  /** @returns how to end it; undefined when too many follow already */
  follow(listener: (line: HopLine) => void): (() => void) | undefined
}

export function createRecent(): Recent {
  const lines: HopLine[] = []
  const followers = new Set<(line: HopLine) => void>()
  return {
    add(line) {
      lines.push(line)
      if (lines.length > MOST) lines.shift()
      for (const follower of followers) follower(line)
    },
    lines: () => [...lines],
    follow(listener) {
      if (followers.size >= MOST_FOLLOWERS) return undefined
      followers.add(listener)
      return () => void followers.delete(listener)
    },
  }
}
