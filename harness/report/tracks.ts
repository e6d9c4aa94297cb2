/** The tracks as a menu: what each rehearses, its files, and in whose place a real system may be. */
import type { Plan, PlanCase } from '../plan/plan.ts'
import { plural } from './paint.ts'

const WIDTH = 80
/** Who comes to us, and is waited for; everybody else has a URL. */
const comes = ['client-app', 'user']

interface TrackFile {
  file: string
  cases: PlanCase[]
  isNegative: boolean
}

/**
 * @param called what the user calls the testbed
 * @returns an empty text when no case has the tag `track`
 */
export function trackMenu({ cases }: Plan, called: string): string {
  const files = [...Map.groupBy(cases.filter(isOfTrack), ({ at }) => at.file)].map(
    ([file, own]): TrackFile => ({ file, cases: own, isNegative: own[0]!.tags.includes('negative') }),
  )
  const tracks = [...Map.groupBy(files, ({ file }) => nameOf(file))]
  return tracks.map(([name, own]) => `${track(name, own, called).join('\n')}\n`).join('\n')
}

const isOfTrack = ({ tags }: PlanCase) => tags.includes('track')

/** `b2b` of b2b.yaml, b2b-negative.yaml and b2b-negative-client.yaml. */
const nameOf = (file: string) => file.replace(/^.*\//, '').replace(/(-negative(-[\w-]+)?)?\.ya?ml$/, '')

function track(name: string, files: TrackFile[], called: string): string[] {
  const positive = files.filter(({ isNegative }) => !isNegative)
  const negative = files.filter(({ isNegative }) => isNegative)
  const first = (positive[0] ?? negative[0]!).cases[0]!
  const title = first.name.replace(/^[^:]*track[^:]*: /i, '')
  return [
    ...wrapped(`${name}: ${title}`, ''),
    ...wrapped(first.description ?? '', '  '),
    ...listed('positive', positive),
    ...listed('negative', negative),
    ...positive.flatMap((one) => commands(one, called)),
  ]
}

function listed(word: string, files: TrackFile[]): string[] {
  return files.flatMap(({ file, cases }, i) => {
    const real = cases[0]!.real ?? []
    const about = [plural(cases.length, 'case'), ...(real.length > 0 ? [`real: ${real.join(', ')}`] : [])]
    return [`  ${(i === 0 ? word : '').padEnd(8)}  ${file}`, `${' '.repeat(14)}${about.join('; ')}`]
  })
}

/** One for each actor that may be real. */
function commands({ file, cases: [first] }: TrackFile, called: string): string[] {
  const { actors = [], real = [] } = first ?? {}
  return real.flatMap((name) => {
    const kind = actors.find((actor) => actor.name === name)?.kind ?? ''
    const flag = `--actor ${name}=${comes.includes(kind) ? 'await' : 'https://…'}`
    const command = `${called} run ${file}`
    const line = `  ${command} ${flag}`
    return line.length <= WIDTH ? [line] : [`  ${command} \\`, `    ${flag}`]
  })
}

function wrapped(text: string, indent: string): string[] {
  const lines: string[] = []
  let line = indent
  for (const word of text.split(/\s+/).filter((one) => one !== '')) {
    const longer = line === indent ? line + word : `${line} ${word}`
    if (longer.length <= WIDTH || line === indent) line = longer
    else {
      lines.push(line)
      line = indent + word
    }
  }
  return line === indent ? lines : [...lines, line]
}
