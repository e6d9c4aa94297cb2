/** "Did you mean": the known word nearest to a wrong one. */

/** Undefined when nothing is near: no beginning of a known word, and more than a third of the letters differ. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const wrong = word.toLowerCase()
  const words = [...known]
  const longer = words.find((one) => wrong.length > 1 && one.toLowerCase().startsWith(wrong))
  if (longer !== undefined) return longer
  let best: string | undefined
  let limit = Math.max(1, Math.floor(word.length / 3)) + 1
  for (const candidate of words) {
    const d = distance(wrong, candidate.toLowerCase())
    if (
      d < limit ||
      (d === limit && best !== undefined && sameStart(wrong, candidate) > sameStart(wrong, best))
    )
      [best, limit] = [candidate, d]
  }
  return best
}

function sameStart(a: string, b: string): number {
  let length = 0
  while (length < a.length && a[length] === b[length]?.toLowerCase()) length++
  return length
}

/** Edits between two words; two letters swapped count as one (optimal string alignment). */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      let d = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + same)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        d = Math.min(d, rows[i - 2]![j - 2]! + 1)
      row.push(d)
    }
    rows.push(row)
  }
  return rows[a.length]![b.length]!
}

/** So many can be read at one glance. */
const fewWords = 16

/** The sentence for a hint: the nearest word, else all of them when they are few. */
export function suggest(word: string, known: Iterable<string>): string | undefined {
  const words = [...known]
  const near = nearest(word, words)
  if (near !== undefined) return `did you mean ${near}?`
  return words.length > 0 && words.length <= fewWords ? `known: ${words.join(', ')}` : undefined
}
