/** What happens while actors are up, told line by line: for people, or as JSON for machines. */
import { milliseconds, type Paint } from '../report/paint.ts'
import type { HopLine } from './hop-lines.ts'

/** `started` says more to machines. */
export type Event =
  | { event: 'started'; life: number; message: string; [more: string]: unknown }
  | { event: 'renewed'; message: string }
  | { event: 'trouble'; message: string }
  | { event: 'stopping'; message: string }

export interface Log {
  hop(line: HopLine): void
  tell(event: Event): void
}

/** A path is cut for people; the whole of it is in the JSON and on the status page. */
const MAX_PATH = 60
const CLASS_WIDTH = 20

/** @param names of the actors: columns are as wide as they need */
export function humanLog(write: (line: string) => void, names: string[], paint: Paint): Log {
  const width = Math.max(OUTSIDE.length, ...names.map(({ length }) => length))
  const clock = (time: string) => paint('dim', timeOf(time))
  return {
    hop: ({ time, from = OUTSIDE, to = OUTSIDE, class: kind, method, path, status, note, ms }) => {
      const ends = `${from.padStart(width)} → ${to.padEnd(width)}`
      const asked = `${kind.padEnd(CLASS_WIDTH)}  ${method.padEnd(4)}  ${cut(path)}`
      const style = status === undefined || status >= 500 ? 'red' : status >= 400 ? 'yellow' : 'green'
      const answer = paint(style, String(status ?? 'no answer'))
      const more = note === undefined ? '' : `  ${paint(style, note)}`
      write(`${clock(time)}  ${ends}  ${asked}  ${answer}  ${milliseconds(ms)}${more}`)
    },
    tell: ({ event, message }) => {
      const said = event === 'trouble' ? paint('red', message) : message
      write(`${clock(new Date().toISOString())}  ${said}`)
    },
  }
}

/** One object a line; hops have `event: hop`. */
export function jsonLog(write: (line: string) => void): Log {
  return {
    hop: (line) => write(JSON.stringify({ event: 'hop', ...line })),
    tell: (event) => write(JSON.stringify({ time: new Date().toISOString(), ...event })),
  }
}

/** Nobody of the testbed. */
const OUTSIDE = 'outside'

const cut = (path: string) => (path.length > MAX_PATH ? `${path.slice(0, MAX_PATH - 1)}…` : path)

/** Local time of day, as people have it on the wall. */
function timeOf(time: string): string {
  const at = new Date(time)
  const two = (number: number, digits = 2) => String(number).padStart(digits, '0')
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${two(at.getMilliseconds(), 3)}`
}
