/** How much is printed, and whether in colour. */
import type { Command } from 'commander'

export interface OutputFlags {
  color: boolean
  quiet?: boolean
  verbose?: boolean
}

export function outputting(command: Command): Command {
  return command
    .option('--no-color', 'no colours; NO_COLOR=1 does the same')
    .option('-q, --quiet', 'failures and counts only')
    .option('-v, --verbose', 'every hop; of an internal error the stack')
}

/** hasColors() knows NO_COLOR, FORCE_COLOR and what the terminal can do; a pipe has none unless forced. */
export function colored(flags: OutputFlags): boolean {
  if (!flags.color) return false
  if (process.env.FORCE_COLOR !== undefined) return process.env.FORCE_COLOR !== '0'
  return process.stdout.isTTY === true && process.stdout.hasColors()
}
