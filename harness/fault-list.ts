/** docs/faults.md: every way in which an actor can misbehave, from what the actors say; `npm run generate` writes it. */
import { writeFileSync } from 'node:fs'
import type { Knowledge } from './report/explain.ts'

type Faults = Pick<Knowledge, 'faults' | 'checks'>

export function faultList({ faults, checks }: Faults): string {
  const groups = Map.groupBy(faults, ({ name }) => name.split('/')[0]!)
  const names = new Set([...faults, ...checks].map(({ name }) => name))
  return [
    '# Faults',
    '',
    `Every named way to misbehave: ${names.size} in all. An actor sends exactly one wrong thing (\`<artifact>/<mutation>\`), or does not enforce one check of its own (\`skip/<check>\`). *Breaks* names the rules that the actor itself breaks by it; \`testbed prove\` shows each of them broken. *Tests* names the rules of whoever receives it. What has no name can be described in the scenario: \`change: <artifact>\` with \`set\`, \`replace\`, \`remove\`, \`sign\`, \`delay\` or \`drop\`.`,
    '',
    'This page is written by `npm run generate`.',
    ...[...groups].flatMap(([artifact, own]) => [
      '',
      `## ${artifact}`,
      '',
      `Of ${kindsOf(own)}.`,
      '',
      '| fault | what is wrong | breaks | tests |',
      '| --- | --- | --- | --- |',
      ...unique(own).map(({ name, title, breaks, tests }) =>
        line([`\`${name}\``, title, breaks.join(', '), tests.join(', ')]),
      ),
    ]),
    '',
    '## skip',
    '',
    'The check runs, and its refusal is swallowed. *Enforces* names the rules that it is there for.',
    '',
    '| fault | of | breaks | enforces |',
    '| --- | --- | --- | --- |',
    ...[...Map.groupBy(checks, ({ name }) => name)].map(([name, own]) =>
      line([
        `\`skip/${name}\``,
        kindsOf(own),
        [...new Set(own.flatMap(({ breaks }) => breaks))].join(', '),
        [...new Set(own.flatMap(({ refs }) => refs))].join(', '),
      ]),
    ),
    '',
  ].join('\n')
}

const kindsOf = (all: { kinds: string[] }[]): string =>
  [...new Set(all.flatMap(({ kinds }) => kinds))].join(', ')

function unique<One extends { name: string }>(all: One[]): One[] {
  return [...new Map(all.map((one) => [one.name, one])).values()]
}

const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`

if (import.meta.main) {
  const { knowledge } = await import('./testbed.ts')
  writeFileSync(new URL('../docs/faults.md', import.meta.url), faultList(await knowledge()))
}
