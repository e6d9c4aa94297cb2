/** Waiting that always ends: by the work itself, by its deadline, or because the run is interrupted. */

/** The run was interrupted while something was waited for. */
export class Interrupted extends Error {
  constructor() {
    super('interrupted')
    this.name = 'Interrupted'
  }
}

/**
 * Waits for `work` for at most `ms`. The work itself is not stopped: what it does later is ignored.
 *
 * @throws what `late` makes when the time is over, Interrupted when `signal` aborts, and what `work` throws
 */
export async function bounded<T>(
  work: Promise<T>,
  ms: number,
  late: () => Error,
  signal?: AbortSignal,
): Promise<T> {
  work.catch(() => {})
  if (signal?.aborted) throw new Interrupted()
  const { promise: ended, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(late()), ms)
  const onAbort = () => reject(new Interrupted())
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([work, ended])
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}

/** As Promise.all, but leaves nothing running behind: throws the first failure when all have ended. */
export async function all<T>(works: (T | Promise<T>)[]): Promise<T[]> {
  const ended = await Promise.allSettled(works)
  return ended.map((one) => {
    if (one.status === 'rejected') throw one.reason
    return one.value
  })
}
