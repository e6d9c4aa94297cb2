/** What somebody is to do now, where, and how long it is waited for. */
import type { PlanCase, Told } from '../testbed.ts'

const MINUTE_MS = 60_000

/** @param until in milliseconds since 1970 */
export interface Prompt extends Told {
  step: string
  until: number
}

/** Its lines but for the time that is left. */
export function wordsOf({ text, url, account }: Prompt): string[] {
  return [
    `▶ ${text}`,
    ...(url === undefined ? [] : [`  ${url}`]),
    ...(account === undefined ? [] : [`  ${account}`]),
  ]
}

/** `4 min 5 s left` */
export function timeLeft(until: number, now = Date.now()): string {
  const seconds = Math.max(0, Math.ceil((until - now) / 1000))
  const minutes = Math.floor(seconds / 60)
  const parts = [
    ...(minutes > 0 ? [`${minutes} min`] : []),
    ...(seconds % 60 > 0 || minutes === 0 ? [`${seconds % 60} s`] : []),
  ]
  return `${parts.join(' ')} left`
}

export interface Prompts {
  waiting(planCase: PlanCase, prompt: Prompt): void
  waited(planCase: PlanCase): void
  stop(): void
}

/** Where nothing moves: once, and the time that is left once a minute. */
export function plainPrompts(write: (line: string) => void): Prompts {
  const clocks = new Map<string, NodeJS.Timeout>()
  const waited = ({ id }: PlanCase) => {
    clearInterval(clocks.get(id))
    clocks.delete(id)
  }
  return {
    waiting: (planCase, prompt) => {
      waited(planCase)
      for (const line of [...wordsOf(prompt), `  ${timeLeft(prompt.until)}`]) write(line)
      const tell = () => write(`  ${prompt.step}: ${timeLeft(prompt.until)}`)
      clocks.set(planCase.id, setInterval(tell, MINUTE_MS))
    },
    waited,
    stop: () => {
      for (const clock of clocks.values()) clearInterval(clock)
    },
  }
}
