/** What the user sees while a run goes on: live on a terminal, plain lines otherwise, results in file order. */
import { plural } from '../report/paint.ts'
import type { CaseResult, PlanCase, Watcher } from '../testbed.ts'
import { type Prompt, plainPrompts, timeLeft, wordsOf } from './prompts.ts'

export interface Progress extends Watcher {
  /** Puts the terminal right again. */
  stop(): void
}

export const silent: Progress = {
  started() {},
  step() {},
  waiting() {},
  waited() {},
  ended() {},
  retrying() {},
  stop() {},
}

/** No results, but whoever is waited for is told. */
export const promptsOnly = (): Progress => ({
  ...silent,
  ...plainPrompts((line) => process.stderr.write(`${line}\n`)),
})

/** Nothing moves where nobody watches: pipes, files, CI and terminals without a width get plain lines. */
export const isLive = (stream: NodeJS.WriteStream): boolean =>
  stream.isTTY === true && stream.columns > 0 && !process.env.CI

export function plainProgress(cases: PlanCase[], line: (result: CaseResult) => string): Progress {
  const write = (text: string) => process.stdout.write(`${text}\n`)
  return { ...silent, ...inOrder(cases, line, write), ...plainPrompts(write) }
}

export async function liveProgress(
  cases: PlanCase[],
  line: (result: CaseResult) => string,
): Promise<Progress> {
  const { createLogUpdate } = await import('log-update')
  const log = createLogUpdate(process.stdout)
  const running = new Map<string, string>()
  const prompts = new Map<string, Prompt>()
  const promptLines = (id: string) => {
    const prompt = prompts.get(id)
    return prompt ? [...wordsOf(prompt), `  ${timeLeft(prompt.until)}`] : []
  }
  const show = () => log([...running].flatMap(([id, text]) => [text, ...promptLines(id)]).join('\n'))
  const clock = setInterval(() => prompts.size > 0 && show(), 1_000)
  const waited = ({ id }: PlanCase) => {
    prompts.delete(id)
    show()
  }
  // Not log.persist(), which breaks a long line within its words.
  const results = inOrder(cases, line, (text) => {
    log.clear()
    process.stdout.write(`${text}\n`)
  })
  const at = (planCase: PlanCase, step: string) => {
    running.set(planCase.id, `… ${planCase.name} › ${step}`)
    show()
  }
  return {
    ...results,
    started: (planCase) => at(planCase, 'start'),
    step: at,
    waiting: (planCase, prompt) => {
      prompts.set(planCase.id, prompt)
      show()
    },
    waited,
    ended: (planCase, result) => {
      running.delete(planCase.id)
      prompts.delete(planCase.id)
      results.ended(planCase, result)
      show()
    },
    stop: () => {
      clearInterval(clock)
      log.clear()
      log.done()
    },
  }
}

/** Cases end in any order; each is printed when all before it have been. */
function inOrder(
  cases: PlanCase[],
  line: (result: CaseResult) => string,
  print: (text: string) => void,
): Pick<Progress, 'ended' | 'retrying'> {
  let order = cases
  let next = 0
  const waiting = new Map<string, CaseResult>()
  return {
    ended: (planCase, result) => {
      waiting.set(planCase.id, result)
      for (
        let ready = waiting.get(order[next]?.id ?? '');
        ready;
        ready = waiting.get(order[next]?.id ?? '')
      ) {
        print(line(ready))
        next++
      }
    },
    retrying: (again) => {
      order = again
      next = 0
      print(`… ${plural(again.length, 'case')} again`)
    },
  }
}
