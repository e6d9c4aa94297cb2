/** Ctrl-C: the first asks to stop, and everything is closed; a second one does not wait for that. */
import { exit } from './exit.ts'

export interface Interrupt {
  signal: AbortSignal
  /** Gives the signals back to Node. */
  off(): void
}

/** A signal to a whole process group comes twice where a parent passes it on as well. */
const ECHO_MS = 500

export function onInterrupt(): Interrupt {
  const controller = new AbortController()
  let first = 0
  const handler = () => {
    if (!controller.signal.aborted) {
      first = performance.now()
      controller.abort()
    } else if (performance.now() - first > ECHO_MS) process.exit(exit.interrupted)
  }
  process.on('SIGINT', handler)
  process.on('SIGTERM', handler)
  return {
    signal: controller.signal,
    off: () => {
      process.off('SIGINT', handler)
      process.off('SIGTERM', handler)
    },
  }
}
