import { expect, it } from 'vitest'
import { readText, sourcesOf } from '../harness/cli/files.ts'
import { trackMenu } from '../harness/report/tracks.ts'
import { planOf } from '../harness/testbed.ts'

const loaded = await planOf(sourcesOf(['scenarios/tracks']).files, {}, {}, readText)
if (!('plan' in loaded)) throw new Error(loaded.problems.map(({ message }) => message).join('\n'))
const { plan } = loaded
const files = [...Map.groupBy(plan.cases, ({ at }) => at.file)]
const isNegative = (file: string) => file.includes('-negative')

it('every track says who may be real, and is on the menu with its negative steps', () => {
  const positive = files.map(([file]) => file).filter((file) => !isNegative(file))
  expect(positive.length).toBeGreaterThanOrEqual(7)
  for (const [file, cases] of files) {
    expect(cases[0]?.real, file).not.toEqual(undefined)
    expect(cases[0]?.tags, file).toContain('track')
    expect(cases[0]?.tags.includes('negative'), file).toBe(isNegative(file))
  }
  for (const file of positive) {
    const stem = file.replace(/\.yaml$/, '')
    expect(
      files.some(([other]) => other.startsWith(`${stem}-negative`)),
      file,
    ).toBe(true)
  }
})

it('the menu can be read in 80 columns, and names every file', () => {
  const menu = trackMenu(plan, 'udap-testbed')
  expect(Math.max(...menu.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
  for (const [file] of files) expect(menu).toContain(file)
})

/** Whoever sits at the table has a system of another kind, and no fault of ours in it. */
it('a positive track runs with each that may be real, a negative one asks nothing of them', async () => {
  const kindOf = new Map(plan.cases.flatMap(({ actors }) => actors.map(({ name, kind }) => [name, kind])))
  for (const [file, [first]] of files) {
    for (const name of first?.real ?? []) {
      const comes = ['client-app', 'user'].includes(kindOf.get(name) ?? '')
      const systems = {
        [name]: comes
          ? {
              await: true,
              url: `https://${name}.example`,
              start: `https://${name}.example`,
              allowFaults: true,
            }
          : { url: `https://${name}.example`, allowFaults: true },
      }
      const made = await planOf(sourcesOf([file]).files, { systems } as never, {}, readText)
      if (!('plan' in made)) throw new Error(made.problems.map(({ message }) => message).join('\n'))
      const skipped = made.plan.cases.flatMap(({ skip }) => skip ?? [])
      expect(skipped, `${file} with a real ${name}`).toEqual([])
    }
  }
})
