/** `explain`: what a word means, from the catalogue and the actors' own descriptions. */
import type { Command } from 'commander'
import { explain, overview, wordsOf } from '../report/explain.ts'
import { painter } from '../report/paint.ts'
import { knowledge, suggest } from '../testbed.ts'
import { exit, exitWords, Failure } from './exit.ts'
import { colored } from './output.ts'

export function addExplain(program: Command): void {
  program
    .command('explain')
    .description('what a rule, error code, fault, check, action, kind or exit code means')
    .argument('[word]', 'for example reg-012 or invalid_client; without it, all words')
    .option('--no-color', 'no colours; NO_COLOR=1 does the same')
    .action(async (word: string | undefined, flags: { color: boolean }) => {
      const exits = Object.entries(exitWords).map(([code, meaning]) => ({ code, meaning }))
      const known = { ...(await knowledge()), exits }
      const paint = painter(colored(flags))
      const lines = word === undefined ? overview(known, paint) : explain(word, known, paint)
      if (lines.length === 0) throw unknown(word!, Object.values(wordsOf(known)).flat())
      process.stdout.write(`${lines.join('\n')}\n`)
    })
}

function unknown(word: string, words: string[]): Failure {
  const near = suggest(word, words) ?? '`explain` alone lists all words'
  return new Failure(exit.usage, `Nobody here knows "${word}": ${near}`)
}
