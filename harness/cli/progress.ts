/** What the user sees while a run goes on: live on a terminal, plain lines otherwise, results in file order. */
import type { CaseResult, PlanCase, Watcher } from '../testbed.ts'

export interface Progress extends Watcher {
  /** Puts the terminal right again. */
  stop(): void
}

export const silent: Progress = { started() {}, step() {}, ended() {}, stop() {} }

/** Nothing moves where nobody watches: pipes, files, CI and terminals without a width get plain lines. */
export const isLive = (stream: NodeJS.WriteStream): boolean =>
  stream.isTTY === true && stream.columns > 0 && !process.env.CI

export function plainProgress(cases: PlanCase[], line: (result: CaseResult) => string): Progress {
  const print = inOrder(cases, (result) => process.stdout.write(`${line(result)}\n`))
  return { ...silent, ended: print }
}

export async function liveProgress(
  cases: PlanCase[],
  line: (result: CaseResult) => string,
): Promise<Progress> {
  const { createLogUpdate } = await import('log-update')
  const log = createLogUpdate(process.stdout)
  const running = new Map<string, string>()
  const show = () => log([...running.values()].join('\n'))
  const print = inOrder(cases, (result) => log.persist(line(result)))
  const at = (planCase: PlanCase, step: string) => {
    running.set(planCase.id, `… ${planCase.name} › ${step}`)
    show()
  }
  return {
    started: (planCase) => at(planCase, 'start'),
    step: at,
    ended: (planCase, result) => {
      running.delete(planCase.id)
      print(planCase, result)
      show()
    },
    stop: () => {
      log.clear()
      log.done()
    },
  }
}

/** Cases end in any order; each is printed when all before it have been. */
function inOrder(cases: PlanCase[], print: (result: CaseResult) => void) {
  const waiting = new Map<string, CaseResult>()
  let next = 0
  return (planCase: PlanCase, result: CaseResult): void => {
    waiting.set(planCase.id, result)
    for (let ready = waiting.get(cases[next]?.id ?? ''); ready; ready = waiting.get(cases[next]?.id ?? '')) {
      print(ready)
      next++
    }
  }
}
