/** Least squares, and what many workers would take by what one was measured to take. */

export interface Line {
  slope: number
  intercept: number
  /** Standard error of the slope. */
  error: number
}

export function leastSquares(points: [x: number, y: number][]): Line {
  const n = points.length
  const mean = (values: number[]) => values.reduce((sum, one) => sum + one, 0) / n
  const [x, y] = [mean(points.map(([one]) => one)), mean(points.map(([, one]) => one))]
  const spread = points.reduce((sum, [one]) => sum + (one - x) ** 2, 0)
  const slope = points.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0) / spread
  const intercept = y - slope * x
  const left = points.reduce((sum, [a, b]) => sum + (b - intercept - slope * a) ** 2, 0)
  return { slope, intercept, error: Math.sqrt(left / (n - 2) / spread) }
}

/** What was measured, in seconds. */
export interface Costs {
  /** Of a worker, before its first case: a fixed part, and a part for each case that it plans, which is all of them. */
  start: number
  startPerCase: number
  /** Of the merge: a fixed part, and a part for each case. */
  merge: number
  mergePerCase: number
}

export interface Prediction {
  workers: number
  start: number
  longest: number
  merge: number
  wall: number
}

/** Workers begin at once on a core each, the last one to end decides, then one process merges. */
export function predict(
  workers: number,
  { planned, cases }: { planned: number; cases: number },
  longest: number,
  costs: Costs,
): Prediction {
  const start = costs.start + costs.startPerCase * planned
  const merge = workers === 1 ? 0 : costs.merge + costs.mergePerCase * cases
  return { workers, start, longest, merge, wall: start + longest + merge }
}
