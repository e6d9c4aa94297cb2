/** Learns what others append to an authority's index while it is in use. */
import type { AuthorityRecord } from '../../actors/actor.ts'
import { type Authority, split } from './authority.ts'
import type { Entry } from './index-file.ts'

const FOLLOW_MS = 250

/**
 * @param known so many entries are known already
 * @param learn as the action ca/learn takes them
 * @returns ends it
 */
export function follow(
  authority: Authority,
  known: number,
  learn: (more: Pick<AuthorityRecord, 'issued' | 'revoked'>) => void,
): () => void {
  const timer = setInterval(() => {
    const added = entriesAfter(authority, known)
    if (added.length === 0) return
    known += added.length
    learn(split(added))
  }, FOLLOW_MS)
  return () => clearInterval(timer)
}

/** What cannot be read now is tried again. */
function entriesAfter(authority: Authority, known: number): Entry[] {
  try {
    return authority.entries().slice(known)
  } catch {
    return []
  }
}
