/** Ctrl-C: the first asks to stop, and everything is closed; a second one does not wait for that. */
import { exit } from './exit.ts'

export interface Interrupt {
  signal: AbortSignal
  /** Gives the signals back to Node. */
  off(): void
}

export function onInterrupt(): Interrupt {
  const controller = new AbortController()
  const handler = () => {
    if (controller.signal.aborted) process.exit(exit.interrupted)
    controller.abort()
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
